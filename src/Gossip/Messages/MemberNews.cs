using System.Collections.Immutable;
using Consensus.Gossip.Membership;

namespace Consensus.Gossip.Messages;

/// <summary>News about members, without a question.</summary>
/// <param name="News">What is new, at least one.</param>
internal sealed record MemberNews(ImmutableArray<MemberClaim> News) : GossipMessage
{
    internal override GossipMessageKind Kind => GossipMessageKind.MemberNews;
}
