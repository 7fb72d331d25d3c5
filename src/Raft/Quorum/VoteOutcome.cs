namespace Consensus.Raft.Quorum;

/// <summary>How an election stands.</summary>
internal enum VoteOutcome
{
    /// <summary>Open.</summary>
    Pending,

    /// <summary>A quorum of each configuration has granted.</summary>
    Won,

    /// <summary>A quorum can no longer be reached.</summary>
    Lost,
}
