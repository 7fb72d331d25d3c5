using Consensus.Simulation.Checkers.Raft;

namespace Consensus.Simulation.Tests.Checkers;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LeaderCompletenessTests
{
    private readonly CheckerBed _bed = new(observatory => new LeaderCompleteness(observatory));

    [Test]
    public void A_leader_without_an_entry_of_an_earlier_term_is_found()
    {
        _bed.Lead(1, 1, 1, _bed.Entry(1, "a"));
        _bed.Lead(2, 2);
        _bed.AssertViolation("node 2 leads term 2 and lacks entry 1 of term 1", "node 1 counted as committed in term 1", "ends at 0");
    }

    [Test]
    public void What_a_deposed_leader_commits_later_its_successor_must_have()
    {
        _bed.Lead(1, 1, 0, _bed.Entry(1, "a"));
        _bed.Lead(2, 2);
        _bed.Lead(1, 1, 1);
        _bed.AssertViolation("node 2 leads term 2 and lacks entry 1 of term 1");
    }

    [Test]
    public void A_deposed_leader_may_lack_what_its_successors_commit()
    {
        var a = _bed.Entry(1, "a");
        _bed.Lead(1, 1, 1, a);
        _bed.Lead(2, 2, 0, a);
        _bed.Lead(2, 2, 2, _bed.Entry(2, "b", a));
        _bed.Lead(1, 1, 1);
        _bed.AssertNone();
    }
}
