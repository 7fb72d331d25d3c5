namespace Consensus;

/// <summary>How much Byzantine behaviour this replica knows of has changed: what it has seen itself, or what f + 1 members report, or what is proven.</summary>
/// <param name="Level">The level over the member of whom most is known.</param>
/// <param name="Accused">That member; <see cref="NodeId.None"/> if the level is none.</param>
/// <param name="IsAgreed">Whether f + 1 members report it, or evidence proves it; otherwise only this replica has seen it, and nothing follows from that.</param>
public sealed record ThreatLevelChanged(ThreatLevel Level, NodeId Accused, bool IsAgreed) : ConsensusEvent;
