using Consensus.Engine;

namespace Consensus.Byzantine;

/// <summary>Which snapshots the sender has. Nobody believes in one before f+1 members have named it.</summary>
/// <param name="Snapshots">The snapshots, at most <see cref="CountMax"/>.</param>
internal sealed record SnapshotOffer(SnapshotDescriptor[] Snapshots) : ProtocolMessage
{
    /// <summary>How many snapshots are named at once: as many as a replica's store keeps.</summary>
    public const int CountMax = 2;
}
