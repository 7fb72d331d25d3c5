using Consensus.Engine;
using Consensus.Simulation.Checkers;

namespace Consensus.Simulation.Tests.Checkers;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LogIsKeptTests
{
    private static readonly byte[] Slot = [1, 2, 3];
    private readonly CheckerBed _bed = new(observatory => new LogIsKept(observatory));
    private LogEntry _a;
    private LogEntry _b;

    [SetUp]
    public void Two_entries_of_which_one_is_on_disk()
    {
        _a = _bed.Entry(1, "a");
        _b = _bed.Entry(1, "b", _a);
        _bed.Turn(1, ReplicaRole.Follower, 1, 0, effects =>
        {
            effects.Append(_a);
            effects.Save(1, Slot);
        });
        _bed.Flush(1);
        _bed.Follow(1, 1, 0, _b);
        _bed.End(1);
    }

    [Test]
    public void A_log_that_forgets_what_it_reported_as_durable_is_found()
    {
        _bed.Start(1, CheckerBed.Recovered(1, entries: [_a]));
        Assert.That(_bed.World.Violations[0].Description, Does.Contain("record 2 was reported as durable"));
    }

    [Test]
    public void A_log_that_loses_a_named_value_is_found()
    {
        _bed.Start(1, CheckerBed.Recovered(2, entries: [_a]));
        _bed.AssertViolation("node 1 starts with slot 1 = ;", "010203");
    }

    [Test]
    public void A_log_that_returns_another_entry_is_found()
    {
        _bed.Start(1, CheckerBed.Recovered(2, entries: [_bed.Entry(1, "x")], slot: Slot));
        _bed.AssertViolation("node 1 starts with entries up to 1");
    }

    [Test]
    public void What_was_staged_may_have_reached_the_disk_or_not([Values] bool hasReached)
    {
        _bed.Start(1, hasReached ? CheckerBed.Recovered(3, entries: [_a, _b], slot: Slot) : CheckerBed.Recovered(2, entries: [_a], slot: Slot));
        _bed.AssertNone();
    }

    [Test]
    public void A_log_may_begin_later()
    {
        _bed.Start(1, CheckerBed.Recovered(3, position: new LogPosition(_a.Index, _a.Term, _a.Chain), entries: [_b], slot: Slot));
        _bed.AssertNone();
    }
}
