using System.ComponentModel.DataAnnotations;
using Consensus.Configuration;
using Consensus.Raft;

namespace Consensus.Hosting;

/// <summary>The settings of the Raft engine as they stand in JSON; <see cref="RaftOptions"/> explains them.</summary>
public sealed class RaftSettings
{
    private static readonly RaftOptions Defaults = new();

    /// <inheritdoc cref="RaftOptions.ElectionTimeoutMin"/>
    /// <value>150 ms; 5 ms to 10 min, and more than three <see cref="HeartbeatInterval"/>s. Must exceed a round trip and a flush by far.</value>
    [DurationRange("5ms", "10m")]
    public TimeSpan ElectionTimeoutMin { get; set; } = Defaults.ElectionTimeoutMin;

    /// <inheritdoc cref="RaftOptions.ElectionTimeoutMax"/>
    /// <value>300 ms; 5 ms to 10 min, and more than <see cref="ElectionTimeoutMin"/>.</value>
    [DurationRange("5ms", "10m")]
    public TimeSpan ElectionTimeoutMax { get; set; } = Defaults.ElectionTimeoutMax;

    /// <inheritdoc cref="RaftOptions.HeartbeatInterval"/>
    /// <value>40 ms; 1 ms to 1 min, and less than a third of <see cref="ElectionTimeoutMin"/>.</value>
    [DurationRange("1ms", "1m")]
    public TimeSpan HeartbeatInterval { get; set; } = Defaults.HeartbeatInterval;

    /// <inheritdoc cref="RaftOptions.CommitNoticeDelay"/>
    /// <value>1 ms; 0 (always at once) to 1 s. Heartbeats carry the news, too.</value>
    [DurationRange("0s", "1s")]
    public TimeSpan CommitNoticeDelay { get; set; } = Defaults.CommitNoticeDelay;

    /// <inheritdoc cref="RaftOptions.AppendBytesMax"/>
    /// <value>256 KiB; 1 KiB to 4 MiB.</value>
    [Range(1024, 4 * 1024 * 1024)]
    public int AppendBytesMax { get; set; } = Defaults.AppendBytesMax;

    /// <inheritdoc cref="RaftOptions.InflightMessagesMax"/>
    /// <value>64; 1 to 4,096.</value>
    [Range(1, 4096)]
    public int InflightMessagesMax { get; set; } = Defaults.InflightMessagesMax;

    /// <inheritdoc cref="RaftOptions.InflightBytesMax"/>
    /// <value>8 MiB; at least <see cref="AppendBytesMax"/>, at most 64 GiB.</value>
    [Range(1024d, 64d * 1024 * 1024 * 1024)]
    public long InflightBytesMax { get; set; } = Defaults.InflightBytesMax;

    /// <inheritdoc cref="RaftOptions.UncommittedBytesMax"/>
    /// <value>32 MiB; at least <see cref="AppendBytesMax"/>, at most 64 GiB.</value>
    [Range(1024d, 64d * 1024 * 1024 * 1024)]
    public long UncommittedBytesMax { get; set; } = Defaults.UncommittedBytesMax;

    /// <inheritdoc cref="RaftOptions.LogBytesMax"/>
    /// <value>512 MiB; at least <see cref="UncommittedBytesMax"/>, at most 64 GiB. Reached only if snapshots cannot be saved.</value>
    [Range(1024d, 64d * 1024 * 1024 * 1024)]
    public long LogBytesMax { get; set; } = Defaults.LogBytesMax;

    /// <inheritdoc cref="RaftOptions.TrailingEntries"/>
    /// <value>10,000; 0 to 1,000,000,000.</value>
    [Range(0, 1_000_000_000)]
    public int TrailingEntries { get; set; } = Defaults.TrailingEntries;

    /// <inheritdoc cref="RaftOptions.TrailingBytesMax"/>
    /// <value>32 MiB; 0 to 64 GiB.</value>
    [Range(0d, 64d * 1024 * 1024 * 1024)]
    public long TrailingBytesMax { get; set; } = Defaults.TrailingBytesMax;

    /// <inheritdoc cref="RaftOptions.SnapshotChunkBytes"/>
    /// <value>256 KiB; 1 KiB to 4 MiB.</value>
    [Range(1024, 4 * 1024 * 1024)]
    public int SnapshotChunkBytes { get; set; } = Defaults.SnapshotChunkBytes;

    /// <inheritdoc cref="RaftOptions.PendingReadsMax"/>
    /// <value>65,536; 1 to 16,777,216.</value>
    [Range(1, 16 * 1024 * 1024)]
    public int PendingReadsMax { get; set; } = Defaults.PendingReadsMax;

    /// <inheritdoc cref="RaftOptions.CatchUpEntriesMax"/>
    /// <value>100; 0 to 1,000,000,000.</value>
    [Range(0, 1_000_000_000)]
    public int CatchUpEntriesMax { get; set; } = Defaults.CatchUpEntriesMax;

    /// <inheritdoc cref="RaftOptions.Reads"/>
    /// <value><see cref="ReadMode.ReadIndex"/>.</value>
    public ReadMode Reads { get; set; } = Defaults.Reads;

    /// <inheritdoc cref="RaftOptions.ClockDriftMax"/>
    /// <value>0.1; 0 to 0.5.</value>
    [Range(0d, 0.5)]
    public double ClockDriftMax { get; set; } = Defaults.ClockDriftMax;

    internal RaftOptions ToOptions() => new()
    {
        ElectionTimeoutMin = ElectionTimeoutMin,
        ElectionTimeoutMax = ElectionTimeoutMax,
        HeartbeatInterval = HeartbeatInterval,
        CommitNoticeDelay = CommitNoticeDelay,
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
