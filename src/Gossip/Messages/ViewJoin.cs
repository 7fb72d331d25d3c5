using Consensus.Gossip.Membership;

namespace Consensus.Gossip.Messages;

/// <summary>"I am new, and know nobody": to a member that becomes its first neighbour.</summary>
/// <param name="Self">Who it is.</param>
internal sealed record ViewJoin(ViewPeer Self) : GossipMessage
{
    internal override GossipMessageKind Kind => GossipMessageKind.ViewJoin;
}
