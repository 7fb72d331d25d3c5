using System.Collections.Immutable;
using Consensus.Gossip.Membership;

namespace Consensus.Gossip.Messages;

/// <summary>"It does not answer me, either; but you see that I hear you", to a <see cref="PingRequest"/>: who hears of nobody at all suspects itself.</summary>
/// <param name="Number">The request's.</param>
/// <param name="Target">Who does not answer.</param>
/// <param name="News">What is new about members, as far as it fits.</param>
internal sealed record Nack(byte Number, NodeId Target, ImmutableArray<MemberClaim> News) : GossipMessage
{
    internal override GossipMessageKind Kind => GossipMessageKind.Nack;
}
