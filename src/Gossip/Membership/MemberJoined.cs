namespace Consensus.Gossip;

/// <summary>A member was heard of that is new, or that was taken for dead.</summary>
/// <param name="Member">Who.</param>
public sealed record MemberJoined(SwarmMember Member) : GossipEvent;
