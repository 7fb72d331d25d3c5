using Consensus.Simulation.Checkers.Raft;

namespace Consensus.Simulation.Tests.Checkers;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LeaderAppendOnlyTests
{
    private readonly CheckerBed _bed = new(_ => new LeaderAppendOnly());

    [Test]
    public void A_leader_that_truncates_is_found()
    {
        _bed.Lead(1, 2, 0, _bed.Entry(2, "a"));
        _bed.Turn(1, ReplicaRole.Leader, 2, 0, effects => effects.Truncate(new LogIndex(1)));
        _bed.AssertViolation("node 1 leads term 2", "Truncate at 1");
    }

    [Test]
    public void One_that_truncates_and_then_wins_an_election_in_the_same_turn_is_right()
    {
        _bed.Lead(1, 2, 0, _bed.Entry(2, "a"));
        _bed.Turn(1, ReplicaRole.Leader, 4, 0, effects => effects.Truncate(new LogIndex(1)));
        _bed.AssertNone();
    }
}
