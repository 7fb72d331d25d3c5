namespace Consensus.Gossip.Messages;

/// <summary>A ballot, for somebody who asked for it.</summary>
/// <param name="Ballot">The ballot.</param>
internal sealed record BallotAnnouncement(Ballot Ballot) : GossipMessage
{
    internal override GossipMessageKind Kind => GossipMessageKind.BallotAnnouncement;
}
