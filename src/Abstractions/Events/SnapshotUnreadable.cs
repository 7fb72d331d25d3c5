namespace Consensus;

/// <summary>
/// A stored snapshot cannot be read any more, which showed when it was to be sent to another replica. It is used no longer, and a new one is
/// taken.
/// </summary>
/// <param name="Index">The last entry that it covers.</param>
/// <param name="Detail">Which file, and what is wrong with it.</param>
public sealed record SnapshotUnreadable(LogIndex Index, string Detail) : ConsensusEvent;
