namespace Consensus.Hosting;

/// <summary>The parts that a member can be given when a group is created.</summary>
public enum ConfiguredRole
{
    /// <summary>Counts for elections and commits.</summary>
    Voter,

    /// <summary>Receives the log without counting.</summary>
    Learner,
}
