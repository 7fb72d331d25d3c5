namespace Consensus.Simulation.Swarms;

/// <summary>How a swarm votes.</summary>
public enum VoteRule
{
    /// <summary>Agents take the majority of some others' votes, again and again: a heuristic for clear majorities among agents of whom none lies (<see cref="Gossip.MajorityRule"/>).</summary>
    Majority,

    /// <summary>Signed votes spread, and agents decide on a quorum (<see cref="Gossip.VoteQuorum"/>).</summary>
    Quorum,
}
