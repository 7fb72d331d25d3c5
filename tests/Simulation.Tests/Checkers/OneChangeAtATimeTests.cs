using Consensus.Engine;
using Consensus.Simulation.Checkers.Raft;

namespace Consensus.Simulation.Tests.Checkers;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class OneChangeAtATimeTests
{
    private readonly CheckerBed _bed = new(_ => new OneChangeAtATime());

    [Test]
    public void A_configuration_behind_a_committed_entry_of_the_term_is_in_order()
    {
        var first = _bed.Entry(4, "a");
        _bed.Lead(1, 4, 0, first);
        _bed.Lead(1, 4, 1, Configuration(first));
        _bed.AssertNone();
    }

    [Test]
    public void A_configuration_before_an_entry_of_the_term_is_committed_is_found()
    {
        var first = _bed.Entry(4, "a");
        _bed.Lead(1, 4, 0, first, Configuration(first));
        _bed.AssertViolation("node 1 leads term 4 and appends a configuration as entry 2", "the first entry of the term, 1");
    }

    [Test]
    public void A_configuration_before_the_last_one_is_committed_is_found()
    {
        var first = _bed.Entry(4, "a");
        var second = Configuration(first);
        _bed.Lead(1, 4, 0, first);
        _bed.Lead(1, 4, 1, second);
        _bed.Lead(1, 4, 1, Configuration(second));
        _bed.AssertViolation("as entry 3", "the one before it, entry 2, is not committed");
    }

    [Test]
    public void What_a_follower_copies_is_its_leaders_business()
    {
        var first = Configuration(default);
        _bed.Follow(2, 4, 0, first, Configuration(first));
        _bed.AssertNone();
    }

    private LogEntry Configuration(LogEntry after) => _bed.Entry(4, MembershipCodec.Encode(_bed.Members), after, EntryKind.Membership);
}
