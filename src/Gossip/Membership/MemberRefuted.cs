namespace Consensus.Gossip;

/// <summary>A suspect has denied that it is dead.</summary>
/// <param name="Member">Who.</param>
public sealed record MemberRefuted(SwarmMember Member) : GossipEvent;
