namespace Consensus.Engine;

/// <summary>What a snapshot covers, and how its bytes are checked.</summary>
public sealed record SnapshotDescriptor
{
    /// <summary>The epoch in which it was taken.</summary>
    public required Epoch Epoch { get; init; }

    /// <summary>The last entry it covers.</summary>
    public required LogPosition Position { get; init; }

    /// <summary>The time that the log carries at that entry.</summary>
    public required Timestamp Time { get; init; }

    /// <summary>Who belonged to the group at that entry.</summary>
    public required ClusterMembership Membership { get; init; }

    /// <summary>The hash of the state, sessions included.</summary>
    public required Digest StateHash { get; init; }

    /// <summary>The number of bytes of the state.</summary>
    public required long Length { get; init; }

    /// <summary>The BLAKE3 hash of the bytes of the state.</summary>
    public required Digest Checksum { get; init; }
}
