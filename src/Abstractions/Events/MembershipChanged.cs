namespace Consensus;

/// <summary>A configuration took effect on this replica.</summary>
/// <param name="Membership">Who belongs to the group.</param>
/// <param name="Index">The entry that carries it.</param>
public sealed record MembershipChanged(ClusterMembership Membership, LogIndex Index) : ConsensusEvent;
