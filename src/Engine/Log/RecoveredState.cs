using System.Collections.Immutable;

namespace Consensus.Engine;

/// <summary>What a replica finds on its disk when it starts.</summary>
public sealed record RecoveredState
{
    /// <summary>The newest valid snapshot, if there is one.</summary>
    public required SnapshotDescriptor? Snapshot { get; init; }

    /// <summary>The other complete ones on disk, in their order: older than <see cref="Snapshot"/>.</summary>
    public IReadOnlyList<SnapshotDescriptor> Older { get; init; } = [];

    /// <summary>The point after which <see cref="Entries"/> begin.</summary>
    public required LogPosition Base { get; init; }

    /// <summary>The entries after <see cref="Base"/>, without a gap; the first ones may be covered by the snapshot too.</summary>
    public required IReadOnlyList<LogEntry> Entries { get; init; }

    /// <summary>
    /// What the state machine has applied, or is about to be given whatever the core does: what the snapshot covers, or, where an epoch begins behind that, the entry that begins it.
    /// </summary>
    public LogIndex Applied
    {
        get => LogIndex.Max(field, Snapshot?.Position.Index ?? LogIndex.Zero);
        init;
    }

    /// <summary>The engine's named values.</summary>
    public required ImmutableSortedDictionary<ulong, ReadOnlyMemory<byte>> Slots { get; init; }

    /// <summary>The last record in the write-ahead log. All of it is durable.</summary>
    public required Lsn LastLsn { get; init; }

    /// <summary>Who belonged to the group when it was created; used until the log or a snapshot says otherwise. Empty for one who joins later.</summary>
    public required ClusterMembership Bootstrap { get; init; }

    /// <summary>Whether entries fit on the disk.</summary>
    public required bool AcceptsWrites { get; init; }
}
