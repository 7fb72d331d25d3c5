namespace Consensus.Engine;

/// <summary>When a replica takes a snapshot of its state.</summary>
/// <remarks>
/// What a snapshot costs grows with the state, and what it saves with the log: if the last one is longer than <see cref="LengthAlwaysTaken"/>, one that is
/// due by entries is left out until the log has grown by as many bytes as the last snapshot has (Raft, section 7). With an engine that marks checkpoints
/// both bounds count from the last snapshot, and it is taken at the first checkpoint behind them that lies behind a multiple of a power of two no smaller than the gap: at most four times as far,
/// so that replicas take their snapshots at the same places also if one of them has missed some.
/// </remarks>
/// <param name="EntriesBetween">After how many entries. 10,000 by default; 1 or more.</param>
/// <param name="BytesBetween">After how many bytes of entries, if that comes first. 64 MiB by default; 1 or more.</param>
public readonly record struct SnapshotPolicy(long EntriesBetween, long BytesBetween)
{
    /// <summary>Snapshots up to this length, in bytes, are taken whenever they are due: 4 MiB.</summary>
    public const long LengthAlwaysTaken = 4L * 1024 * 1024;

    /// <summary>Every 10,000 entries or 64 MiB.</summary>
    public static SnapshotPolicy Default => new(10_000, 64L * 1024 * 1024);
}
