namespace Consensus;

/// <summary>There was no space on the disk for a snapshot. The replica goes on without, keeps a longer log instead, and tries again later.</summary>
/// <param name="Detail">Which folder, and how much was needed.</param>
public sealed record SnapshotPostponed(string Detail) : ConsensusEvent;
