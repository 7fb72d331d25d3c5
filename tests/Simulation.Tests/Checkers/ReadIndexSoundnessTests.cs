using Consensus.Engine;
using Consensus.Simulation.Checkers;

namespace Consensus.Simulation.Tests.Checkers;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ReadIndexSoundnessTests
{
    private readonly CheckerBed _bed = new(observatory => new ReadIndexSoundness(observatory));
    private LogEntry _a;

    [SetUp]
    public void One_entry_is_applied()
    {
        _a = _bed.Entry(1, "a");
        _bed.Apply(1, _a, CheckerBed.Hash(1));
    }

    [Test]
    public void A_read_that_misses_what_was_applied_elsewhere_before_is_found()
    {
        _bed.AskForRead(2, 7);
        _bed.Turn(2, ReplicaRole.Follower, 1, 0, effects => effects.ConfirmRead(new Ticket(7), LogIndex.Zero));
        _bed.AssertViolation("node 2 in term 1 confirms read 7 at entry 0", "node 1 had applied entry 1");
    }

    [Test]
    public void A_read_may_miss_what_is_applied_while_it_is_under_way()
    {
        _bed.AskForRead(2, 7);
        _bed.Apply(1, _bed.Entry(1, "b", _a), CheckerBed.Hash(2));
        _bed.Turn(2, ReplicaRole.Follower, 1, 0, effects => effects.ConfirmRead(new Ticket(7), new LogIndex(1)));
        _bed.AssertNone();
    }
}
