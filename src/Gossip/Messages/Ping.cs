using System.Collections.Immutable;
using Consensus.Gossip.Membership;

namespace Consensus.Gossip.Messages;

/// <summary>"Do you live?" Two bytes if there is no news.</summary>
/// <param name="Number">Which one of this sender's, 0 to 127; it comes back.</param>
/// <param name="News">What is new about members, as far as it fits.</param>
internal sealed record Ping(byte Number, ImmutableArray<MemberClaim> News) : GossipMessage
{
    internal override GossipMessageKind Kind => GossipMessageKind.Ping;
}
