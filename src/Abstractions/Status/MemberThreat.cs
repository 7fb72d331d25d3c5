namespace Consensus;

/// <summary>What one replica knows that speaks against a member: what it has seen itself, what the members report, and what is proven.</summary>
/// <param name="Member">The member; it may be the replica itself, of whom others report something.</param>
/// <param name="OwnLevel">The level by what this replica has seen itself. Nothing follows from it.</param>
/// <param name="SignatureFailures">How many messages of the member it could not accept lately; no more than make the level <see cref="ThreatLevel.High"/>.</param>
/// <param name="AgreedLevel">The level that at least one member has seen that does not lie, or that is proven. From <see cref="ThreatLevel.High"/> on a group that runs Raft changes its engine.</param>
/// <param name="Reporters">How many members report the member at present, on whatever level; this replica is one of them if it does.</param>
/// <param name="HasEvidence">Whether evidence against the member was found or shown since this replica was started, also if that is too long ago to count for the level.</param>
public sealed record MemberThreat(NodeId Member, ThreatLevel OwnLevel, int SignatureFailures, ThreatLevel AgreedLevel, int Reporters, bool HasEvidence);
