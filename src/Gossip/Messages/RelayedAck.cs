using System.Collections.Immutable;
using Consensus.Gossip.Membership;

namespace Consensus.Gossip.Messages;

/// <summary>"That one lives: it has answered me", to a <see cref="PingRequest"/>.</summary>
/// <param name="Number">The request's.</param>
/// <param name="Target">Who lives.</param>
/// <param name="News">What is new about members, as far as it fits.</param>
internal sealed record RelayedAck(byte Number, NodeId Target, ImmutableArray<MemberClaim> News) : GossipMessage
{
    internal override GossipMessageKind Kind => GossipMessageKind.RelayedAck;
}
