namespace Consensus;

/// <summary>One step of a <see cref="MembershipChange"/>.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Id">To which member.</param>
/// <param name="Address">The address, where the step has one; else empty.</param>
public readonly record struct MembershipStep(MembershipStepKind Kind, NodeId Id, string Address);
