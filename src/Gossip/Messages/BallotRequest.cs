namespace Consensus.Gossip.Messages;

/// <summary>"What was asked there?", to somebody who speaks of a ballot that is not known here.</summary>
/// <param name="Ballot">Its id.</param>
internal sealed record BallotRequest(Digest Ballot) : GossipMessage
{
    internal override GossipMessageKind Kind => GossipMessageKind.BallotRequest;
}
