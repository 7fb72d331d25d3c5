using Consensus.Gossip.Membership;

namespace Consensus.Gossip.Messages;

/// <summary>"I am new here", on a connection to the address of a seed. The answer is a <see cref="StateExchange"/>, or none if too many join at once.</summary>
/// <param name="Self">Who it is, alive, and where.</param>
internal sealed record JoinRequest(MemberClaim Self) : GossipMessage
{
    internal override GossipMessageKind Kind => GossipMessageKind.JoinRequest;
}
