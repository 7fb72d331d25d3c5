using System.Collections.Immutable;
using Consensus.Gossip.Membership;

namespace Consensus.Gossip.Messages;

/// <summary>"I live", to a <see cref="Ping"/> or a <see cref="StreamPing"/>. Two bytes if there is no news.</summary>
/// <param name="Number">The ping's.</param>
/// <param name="News">What is new about members, as far as it fits.</param>
internal sealed record Ack(byte Number, ImmutableArray<MemberClaim> News) : GossipMessage
{
    internal override GossipMessageKind Kind => GossipMessageKind.Ack;
}
