namespace Consensus;

/// <summary>A member's part in decisions.</summary>
public enum MemberRole
{
    /// <summary>Counts for elections and commits.</summary>
    Voter,

    /// <summary>Receives the log without counting.</summary>
    Learner,

    /// <summary>Receives the log without counting, and becomes a voter by itself when it has caught up.</summary>
    Joining,

    /// <summary>Counts in the configuration that is being left, and belongs to the group no longer once the change is complete.</summary>
    Leaving,
}
