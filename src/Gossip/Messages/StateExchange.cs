using System.Collections.Immutable;
using Consensus.Gossip.Membership;

namespace Consensus.Gossip.Messages;

/// <summary>All that a node knows about members.</summary>
/// <param name="WantsAnswer">Whether the receiver is to tell what it knows, too.</param>
/// <param name="Members">Everyone, with those who died or left not long ago.</param>
internal sealed record StateExchange(bool WantsAnswer, ImmutableArray<MemberClaim> Members) : GossipMessage
{
    internal override GossipMessageKind Kind => GossipMessageKind.StateExchange;
}
