using Consensus.Cryptography.Tests;

namespace Consensus.Hybrid.Tests.Epochs;

/// <summary>Snapshots that nobody has the bytes of.</summary>
internal static class Snapshots
{
    public static SnapshotDescriptor Of(ulong index) => At(Group.Position(index), Epoch.Zero, FakeKeys.Hash(1));

    /// <summary>Of the beginning of an epoch, as its certificate says it.</summary>
    public static SnapshotDescriptor Of(HandoverCertificate beginning) =>
        At(Group.At(beginning.Next.ToEntry()), beginning.Next.Number, beginning.Content.StateHash);

    public static SnapshotDescriptor At(LogPosition position, Epoch epoch) => At(position, epoch, FakeKeys.Hash(3));

    private static SnapshotDescriptor At(LogPosition position, Epoch epoch, Digest state) => new()
    {
        Epoch = epoch,
        Position = position,
        Time = new Timestamp(5),
        Membership = ClusterMembership.Empty,
        StateHash = state,
        Length = 100,
        Checksum = FakeKeys.Hash(77),
    };
}
