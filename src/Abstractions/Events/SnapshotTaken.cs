namespace Consensus;

/// <summary>The replica saved a snapshot of its state.</summary>
/// <param name="Index">The last entry it covers.</param>
/// <param name="Bytes">Its size.</param>
public sealed record SnapshotTaken(LogIndex Index, long Bytes) : ConsensusEvent;
