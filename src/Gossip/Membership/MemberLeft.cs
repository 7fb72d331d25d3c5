namespace Consensus.Gossip;

/// <summary>A member has left the swarm by its own will.</summary>
/// <param name="Member">Who.</param>
public sealed record MemberLeft(SwarmMember Member) : GossipEvent;
