using Consensus.Engine;
using Consensus.Simulation.Checkers;

namespace Consensus.Simulation.Tests.Checkers;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SnapshotSoundnessTests
{
    private readonly CheckerBed _bed = new(observatory => new SnapshotSoundness(observatory));
    private LogEntry _a;
    private LogEntry _nothing;

    [SetUp]
    public void A_command_and_an_empty_entry_are_committed()
    {
        _a = _bed.Entry(1, "a");
        _nothing = _bed.Entry(1, [], _a, EntryKind.NoOp);
        _bed.Lead(1, 1, 2, _a, _nothing);
        _bed.Apply(1, _a, CheckerBed.Hash(1));
    }

    [Test]
    public void A_snapshot_of_another_state_is_found()
    {
        _bed.Save(2, _bed.Snapshot(_nothing, CheckerBed.Hash(2)));
        _bed.AssertViolation("node 2 saves", "ends at entry 2", "node 1 had state 01");
    }

    [Test]
    public void A_snapshot_that_restores_to_another_state_is_found()
    {
        _bed.Restore(2, _bed.Snapshot(_a, CheckerBed.Hash(1)), CheckerBed.Hash(2));
        _bed.AssertViolation("node 2 restores", "gets state 02");
    }

    [Test]
    public void A_snapshot_of_another_history_is_found()
    {
        _bed.Restore(2, _bed.Snapshot(_bed.Entry(1, "b"), CheckerBed.Hash(1)), CheckerBed.Hash(1));
        _bed.AssertViolation("but committed is entry 1 of term 1");
    }

    [Test]
    public void A_snapshot_of_what_was_never_committed_is_found()
    {
        _bed.Restore(2, _bed.Snapshot(_bed.Entry(1, "b", _nothing), CheckerBed.Hash(1)), CheckerBed.Hash(1));
        _bed.AssertViolation("entry 3 was never committed");
    }

    [Test]
    public void A_snapshot_that_ends_behind_the_last_command_has_its_state()
    {
        _bed.Save(1, _bed.Snapshot(_nothing, CheckerBed.Hash(1)));
        _bed.Restore(2, _bed.Snapshot(_nothing, CheckerBed.Hash(1)), CheckerBed.Hash(1));
        _bed.AssertNone();
    }
}
