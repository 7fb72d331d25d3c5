namespace Consensus;

/// <summary>The replica replaced its state by a snapshot of another replica.</summary>
/// <param name="Index">The last entry it covers.</param>
/// <param name="From">The sender.</param>
public sealed record SnapshotInstalled(LogIndex Index, NodeId From) : ConsensusEvent;
