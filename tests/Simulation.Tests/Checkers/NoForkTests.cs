using Consensus.Simulation.Checkers;

namespace Consensus.Simulation.Tests.Checkers;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class NoForkTests
{
    private readonly CheckerBed _bed = new(observatory => new NoFork(observatory));

    [Test]
    public void Different_entries_that_are_committed_at_one_index_are_found()
    {
        _bed.Lead(1, 1, 1, _bed.Entry(1, "a"));
        _bed.Follow(2, 2, 1, _bed.Entry(2, "b"));
        _bed.AssertViolation("node 2 in term 2", "entry 1 of term 2", "node 1 in term 1", "entry 1 of term 1");
    }

    [Test]
    public void The_same_entry_after_another_history_is_found()
    {
        var (a, b) = (_bed.Entry(1, "a"), _bed.Entry(1, "b"));
        _bed.Lead(1, 1, 2, a, _bed.Entry(1, "c", a));
        _bed.Follow(2, 1, 2, b, _bed.Entry(1, "c", b));
        _bed.AssertViolation("entry 1 of term 1");
    }

    [Test]
    public void Tails_may_differ_while_they_are_not_committed()
    {
        var a = _bed.Entry(1, "a");
        _bed.Lead(1, 1, 1, a, _bed.Entry(1, "b", a));
        _bed.Follow(2, 2, 1, a, _bed.Entry(2, "c", a));
        _bed.AssertNone();
    }

    [Test]
    public void An_entry_that_is_committed_but_in_no_log_is_found()
    {
        _bed.Follow(1, 1, 3, _bed.Entry(1, "a"));
        _bed.AssertViolation("up to 3", "ends at 1");
    }
}
