namespace Consensus.Gossip;

/// <summary>Two nodes say that they are the same member: the one that was here first is, until it is gone. Somebody has to give the other one another number.</summary>
/// <param name="Member">The one that holds.</param>
/// <param name="OtherAddress">Where the other one is.</param>
public sealed record MemberConflicted(SwarmMember Member, string OtherAddress) : GossipEvent;
