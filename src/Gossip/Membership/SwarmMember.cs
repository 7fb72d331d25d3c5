namespace Consensus.Gossip;

/// <summary>What a node believes of a member of its swarm. Immutable.</summary>
/// <param name="Id">Who it is.</param>
/// <param name="Address">Where it is; empty if that is not known.</param>
/// <param name="Version">Which start of it, and how often that has denied that it is dead.</param>
/// <param name="State">Whether it lives.</param>
public sealed record SwarmMember(NodeId Id, string Address, MemberVersion Version, SwarmMemberState State);
