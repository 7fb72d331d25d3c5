using Consensus.Engine;

namespace Consensus.Raft.Tests;

/// <summary>Descriptors of snapshots, for tests that need one and not its bytes.</summary>
internal static class NewSnapshot
{
    public static SnapshotDescriptor At(ulong index, long length = 1000, Digest chain = default, ulong term = 1) => new()
    {
        Epoch = default,
        Position = new LogPosition(new LogIndex(index), new Term(term), chain),
        Time = default,
        Membership = ClusterMembership.Empty,
        StateHash = default,
        Length = length,
        Checksum = default,
    };
}
