using Consensus.Gossip.Membership;

namespace Consensus.Gossip.Messages;

/// <summary>What two nodes say about being neighbours.</summary>
/// <param name="Word">What.</param>
/// <param name="Self">Who says it.</param>
internal sealed record Neighbour(NeighbourWord Word, ViewPeer Self) : GossipMessage
{
    internal override GossipMessageKind Kind => GossipMessageKind.Neighbour;
}
