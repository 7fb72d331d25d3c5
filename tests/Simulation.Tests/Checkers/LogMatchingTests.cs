using Consensus.Simulation.Checkers.Raft;

namespace Consensus.Simulation.Tests.Checkers;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LogMatchingTests
{
    private readonly CheckerBed _bed = new(_ => new LogMatching());

    [Test]
    public void The_same_index_and_term_with_another_history_is_found_before_it_is_committed()
    {
        var (a, b) = (_bed.Entry(1, "a"), _bed.Entry(2, "b"));
        _bed.Follow(1, 3, 0, a, _bed.Entry(3, "c", a));
        _bed.Follow(2, 3, 0, b, _bed.Entry(3, "c", b));
        _bed.AssertViolation("node 2 appends entry 2 of term 3", "at node 1");
    }

    [Test]
    public void One_index_may_have_entries_of_different_terms()
    {
        _bed.Follow(1, 1, 0, _bed.Entry(1, "a"));
        _bed.Follow(2, 2, 0, _bed.Entry(2, "a"));
        _bed.AssertNone();
    }
}
