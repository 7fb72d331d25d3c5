namespace Consensus.Engine;

/// <summary>When a replica takes a snapshot of its state.</summary>
/// <param name="EntriesBetween">After how many entries. 10,000 by default; 1 or more.</param>
/// <param name="BytesBetween">After how many bytes of entries, if that comes first. 64 MiB by default; 1 or more.</param>
public readonly record struct SnapshotPolicy(long EntriesBetween, long BytesBetween)
{
    /// <summary>Every 10,000 entries or 64 MiB.</summary>
    public static SnapshotPolicy Default => new(10_000, 64L * 1024 * 1024);
}
