using Consensus.Simulation.Checkers.Raft;

namespace Consensus.Simulation.Tests.Checkers;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ElectionSafetyTests
{
    private readonly CheckerBed _bed = new(_ => new ElectionSafety());

    [Test]
    public void Two_leaders_of_one_term_are_found_even_if_the_first_has_crashed()
    {
        _bed.Lead(1, 4);
        _bed.End(1);
        _bed.Lead(3, 4);
        _bed.AssertViolation("nodes 1 and 3", "term 4");
    }

    [Test]
    public void A_leader_that_does_not_know_that_it_was_deposed_is_none_of_the_newer_term()
    {
        _bed.Lead(1, 4);
        _bed.Lead(3, 5);
        _bed.Lead(1, 4);
        _bed.Follow(1, 5);
        _bed.AssertNone();
    }
}
