namespace Consensus.Gossip;

/// <summary>A member is taken for dead, or the instance of it that there was has ended.</summary>
/// <param name="Member">Who.</param>
/// <param name="By">Who says so.</param>
public sealed record MemberDied(SwarmMember Member, NodeId By) : GossipEvent;
