namespace Consensus;

/// <summary>What a replica does in its group at the moment.</summary>
public enum ReplicaRole
{
    /// <summary>Receives the log but has no vote.</summary>
    Learner,

    /// <summary>Follows a leader, or waits for one.</summary>
    Follower,

    /// <summary>Asks whether an election could be won, without disturbing anybody (Ongaro, thesis, section 9.6).</summary>
    PreCandidate,

    /// <summary>Stands for election.</summary>
    Candidate,

    /// <summary>Orders the commands: leader of a term, primary of a view.</summary>
    Leader,

    /// <summary>Has stopped for good; see the last event for the reason.</summary>
    Stopped,
}
