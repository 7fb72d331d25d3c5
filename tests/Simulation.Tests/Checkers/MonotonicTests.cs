using Consensus.Simulation.Checkers;

namespace Consensus.Simulation.Tests.Checkers;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class MonotonicTests
{
    private readonly CheckerBed _bed = new(_ => new Monotonic());

    [Test]
    public void A_term_that_goes_back_is_found()
    {
        _bed.Follow(1, 5);
        _bed.Follow(1, 4);
        _bed.AssertViolation("node 1 goes back from term 5 to 4");
    }

    [Test]
    public void A_commit_index_that_goes_back_is_found()
    {
        var a = _bed.Entry(1, "a");
        _bed.Follow(1, 1, 2, a, _bed.Entry(1, "b", a));
        _bed.Follow(1, 1, 1);
        _bed.AssertViolation("from commit index 2 to 1");
    }

    [Test]
    public void An_entry_that_is_applied_twice_is_found()
    {
        var a = _bed.Entry(1, "a");
        _bed.Apply(1, a, CheckerBed.Hash(1));
        _bed.Apply(1, a, CheckerBed.Hash(2));
        _bed.AssertViolation("node 1 applies entry 1 of term 1 after entry 1");
    }

    [Test]
    public void A_restart_begins_anew_and_a_snapshot_may_set_the_state_back()
    {
        var a = _bed.Entry(1, "a");
        _bed.Follow(1, 5, 1, a);
        _bed.Apply(1, a, CheckerBed.Hash(1));
        _bed.Start(1, CheckerBed.Recovered());
        _bed.Follow(1, 4);
        _bed.Apply(1, a, CheckerBed.Hash(1));
        _bed.Apply(1, _bed.Entry(1, "b", a), CheckerBed.Hash(2));
        _bed.Restore(1, _bed.Snapshot(a, CheckerBed.Hash(1)), CheckerBed.Hash(1));
        _bed.Apply(1, _bed.Entry(1, "b", a), CheckerBed.Hash(2));
        _bed.AssertNone();
    }
}
