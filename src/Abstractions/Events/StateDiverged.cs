namespace Consensus;

/// <summary>A replica computed another state than the majority at the same entry; it is repaired by a snapshot.</summary>
/// <param name="Index">The entry.</param>
/// <param name="Node">The replica that differs.</param>
/// <param name="Expected">The state hash of the majority.</param>
/// <param name="Actual">The state hash of that replica.</param>
public sealed record StateDiverged(LogIndex Index, NodeId Node, Digest Expected, Digest Actual) : ConsensusEvent;
