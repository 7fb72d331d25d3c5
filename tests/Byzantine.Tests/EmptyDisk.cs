using System.Collections.Immutable;

namespace Consensus.Byzantine.Tests;

/// <summary>What a replica finds on an empty disk.</summary>
internal static class EmptyDisk
{
    public static RecoveredState Found { get; } = new()
    {
        Snapshot = null,
        Base = LogPosition.Origin,
        Entries = [],
        Slots = ImmutableSortedDictionary<ulong, ReadOnlyMemory<byte>>.Empty,
        LastLsn = Lsn.Zero,
        Bootstrap = ClusterMembership.Empty,
        AcceptsWrites = true,
    };
}
