using System.Collections.Immutable;
using Consensus.Gossip.Membership;

namespace Consensus.Gossip.Messages;

/// <summary>"Does that one live? It does not answer me."</summary>
/// <param name="Number">Which one of this sender's.</param>
/// <param name="Target">Who is to be pinged.</param>
/// <param name="News">What is new about members, as far as it fits.</param>
internal sealed record PingRequest(byte Number, NodeId Target, ImmutableArray<MemberClaim> News) : GossipMessage
{
    internal override GossipMessageKind Kind => GossipMessageKind.PingRequest;
}
