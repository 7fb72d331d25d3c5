namespace Consensus.Gossip;

/// <summary>A member did not answer. It may still deny that it is dead.</summary>
/// <param name="Member">Who.</param>
/// <param name="By">Who says so.</param>
public sealed record MemberSuspected(SwarmMember Member, NodeId By) : GossipEvent;
