namespace Consensus.Client;

/// <summary>One node's view of itself and its group.</summary>
/// <param name="Status">The view.</param>
/// <param name="Guarantees">What the group's engine promises.</param>
public sealed record NodeStatus(ConsensusStatus Status, ConsensusGuarantees Guarantees);
