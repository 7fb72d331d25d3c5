using System.Collections.Immutable;
using Consensus.Engine;

namespace Consensus.Hybrid;

/// <summary>An epoch that begins as soon as that is on disk.</summary>
/// <param name="After">The last record that says so.</param>
/// <param name="Beginning">The entry that begins it; none, if the state was fetched that has it.</param>
/// <param name="Snapshot">That state.</param>
internal sealed record Entrance(Lsn After, LogEntry? Beginning, SnapshotDescriptor? Snapshot)
{
    /// <summary>What the epoch's engine finds: the entry that begins it, as if all before had been compacted.</summary>
    /// <param name="beginning">That entry.</param>
    /// <param name="lastLsn">The last record of the log.</param>
    /// <param name="members">The members.</param>
    /// <param name="acceptsWrites">Whether the disk has space.</param>
    public static RecoveredState Found(LogPosition beginning, Lsn lastLsn, ClusterMembership members, bool acceptsWrites) => new()
    {
        Snapshot = null,
        Base = beginning,
        Entries = [],
        Applied = beginning.Index,
        Slots = ImmutableSortedDictionary<ulong, ReadOnlyMemory<byte>>.Empty,
        LastLsn = lastLsn,
        Bootstrap = members,
        AcceptsWrites = acceptsWrites,
    };
}
