using Consensus.Gossip.Membership;

namespace Consensus.Gossip.Messages;

/// <summary>A new member walks through the swarm: where the walk ends it gets a neighbour.</summary>
/// <param name="StepsLeft">How much further it goes.</param>
/// <param name="Joining">Who is new.</param>
internal sealed record ForwardJoin(byte StepsLeft, ViewPeer Joining) : GossipMessage
{
    internal override GossipMessageKind Kind => GossipMessageKind.ForwardJoin;
}
