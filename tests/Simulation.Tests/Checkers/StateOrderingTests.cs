using Consensus.Engine;
using Consensus.Simulation.Checkers;

namespace Consensus.Simulation.Tests.Checkers;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class StateOrderingTests
{
    private readonly CheckerBed _bed = new(observatory => new StateOrdering(observatory));

    [Test]
    public void Applying_what_is_not_committed_is_found()
    {
        var a = _bed.Entry(1, "a");
        _bed.Follow(1, 1, 0, a);
        _bed.Apply(1, a, CheckerBed.Hash(1));
        _bed.AssertViolation("node 1 applies entry 1 of term 1", "up to 0");
    }

    [Test]
    public void Compacting_beyond_the_snapshot_is_found()
    {
        var a = _bed.Entry(1, "a");
        _bed.Follow(1, 1, 1, a);
        _bed.Turn(1, ReplicaRole.Follower, 1, 1, effects => effects.Compact(new LogIndex(1)));
        _bed.AssertViolation("compacts its log up to 1", "ends at 0");
    }

    [Test]
    public void A_snapshot_of_commands_that_are_not_applied_is_found()
    {
        var a = _bed.Entry(1, "a");
        _bed.Follow(1, 1, 1, a);
        _bed.Save(1, _bed.Snapshot(a, CheckerBed.Hash(1)));
        _bed.AssertViolation("snapshot that ends at entry 1", "entry 1 is a command");
    }

    [Test]
    public void A_snapshot_may_end_behind_the_last_command_and_the_log_be_compacted_up_to_there()
    {
        var a = _bed.Entry(1, "a");
        var nothing = _bed.Entry(1, [], a, EntryKind.NoOp);
        _bed.Follow(1, 1, 2, a, nothing);
        _bed.Apply(1, a, CheckerBed.Hash(1));
        _bed.Save(1, _bed.Snapshot(nothing, CheckerBed.Hash(1)));
        _bed.Turn(1, ReplicaRole.Follower, 1, 2, effects => effects.Compact(new LogIndex(2)));
        _bed.AssertNone();
    }

    [Test]
    public void A_snapshot_from_a_peer_may_be_ahead_until_it_is_restored()
    {
        var a = _bed.Entry(1, "a");
        var snapshot = _bed.Snapshot(a, CheckerBed.Hash(1));
        _bed.Turn(2, ReplicaRole.Follower, 1, 1, effects =>
        {
            effects.Rebase(snapshot.Position);
            effects.InstallSnapshot(snapshot);
        });
        _bed.Follow(2, 1, 1);
        _bed.Restore(2, snapshot, CheckerBed.Hash(1));
        _bed.Follow(2, 1, 1);
        _bed.AssertNone();
    }
}
