using Consensus.Raft;

namespace Consensus.Hosting;

/// <summary>The settings of the Raft engine as they stand in JSON; <see cref="RaftOptions"/> explains them.</summary>
public sealed class RaftSettings
{
    private static readonly RaftOptions Defaults = new();

    /// <inheritdoc cref="RaftOptions.ElectionTimeoutMin"/>
    public TimeSpan ElectionTimeoutMin { get; set; } = Defaults.ElectionTimeoutMin;

    /// <inheritdoc cref="RaftOptions.ElectionTimeoutMax"/>
    public TimeSpan ElectionTimeoutMax { get; set; } = Defaults.ElectionTimeoutMax;

    /// <inheritdoc cref="RaftOptions.HeartbeatInterval"/>
    public TimeSpan HeartbeatInterval { get; set; } = Defaults.HeartbeatInterval;

    /// <inheritdoc cref="RaftOptions.AppendBytesMax"/>
    public int AppendBytesMax { get; set; } = Defaults.AppendBytesMax;

    /// <inheritdoc cref="RaftOptions.InflightMessagesMax"/>
    public int InflightMessagesMax { get; set; } = Defaults.InflightMessagesMax;

    /// <inheritdoc cref="RaftOptions.InflightBytesMax"/>
    public long InflightBytesMax { get; set; } = Defaults.InflightBytesMax;

    /// <inheritdoc cref="RaftOptions.UncommittedBytesMax"/>
    public long UncommittedBytesMax { get; set; } = Defaults.UncommittedBytesMax;

    /// <inheritdoc cref="RaftOptions.LogBytesMax"/>
    public long LogBytesMax { get; set; } = Defaults.LogBytesMax;

    /// <inheritdoc cref="RaftOptions.TrailingEntries"/>
    public int TrailingEntries { get; set; } = Defaults.TrailingEntries;

    /// <inheritdoc cref="RaftOptions.TrailingBytesMax"/>
    public long TrailingBytesMax { get; set; } = Defaults.TrailingBytesMax;

    /// <inheritdoc cref="RaftOptions.SnapshotChunkBytes"/>
    public int SnapshotChunkBytes { get; set; } = Defaults.SnapshotChunkBytes;

    /// <inheritdoc cref="RaftOptions.PendingReadsMax"/>
    public int PendingReadsMax { get; set; } = Defaults.PendingReadsMax;

    /// <inheritdoc cref="RaftOptions.CatchUpEntriesMax"/>
    public int CatchUpEntriesMax { get; set; } = Defaults.CatchUpEntriesMax;

    /// <inheritdoc cref="RaftOptions.Reads"/>
    public ReadMode Reads { get; set; } = Defaults.Reads;

    /// <inheritdoc cref="RaftOptions.ClockDriftMax"/>
    public double ClockDriftMax { get; set; } = Defaults.ClockDriftMax;

    internal RaftOptions ToOptions() => new()
    {
        ElectionTimeoutMin = ElectionTimeoutMin,
        ElectionTimeoutMax = ElectionTimeoutMax,
        HeartbeatInterval = HeartbeatInterval,
        AppendBytesMax = AppendBytesMax,
        InflightMessagesMax = InflightMessagesMax,
        InflightBytesMax = InflightBytesMax,
        UncommittedBytesMax = UncommittedBytesMax,
        LogBytesMax = LogBytesMax,
        TrailingEntries = TrailingEntries,
        TrailingBytesMax = TrailingBytesMax,
        SnapshotChunkBytes = SnapshotChunkBytes,
        PendingReadsMax = PendingReadsMax,
        CatchUpEntriesMax = CatchUpEntriesMax,
        Reads = Reads,
        ClockDriftMax = ClockDriftMax,
    };
}
