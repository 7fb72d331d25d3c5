namespace Consensus.Engine.Tests;

/// <summary>Entries and snapshots with as little in them as a test needs.</summary>
internal static class TestEntries
{
    public static LogEntry Entry(ulong index, EntryKind kind = EntryKind.NoOp, byte[]? payload = null) =>
        new(new LogIndex(index), new Term(1), kind, new Timestamp((long)index * 1000), payload, new Digest([.. new byte[31], (byte)index]));

    public static SnapshotDescriptor Snapshot(ulong index, Digest stateHash = default, ClusterMembership? membership = null) => new()
    {
        Epoch = Epoch.Zero,
        Position = new LogPosition(new LogIndex(index), new Term(1), default),
        Time = default,
        Membership = membership ?? ClusterMembership.Empty,
        StateHash = stateHash,
        Length = 0,
        Checksum = default,
    };

    public static RecoveredState Recovered(SnapshotDescriptor? snapshot = null, ClusterMembership? bootstrap = null) => new()
    {
        Snapshot = snapshot,
        Base = LogPosition.Origin,
        Entries = [],
        Slots = System.Collections.Immutable.ImmutableSortedDictionary<ulong, ReadOnlyMemory<byte>>.Empty,
        LastLsn = Lsn.Zero,
        Bootstrap = bootstrap ?? ClusterMembership.Empty,
        AcceptsWrites = true,
    };
}
