using Consensus.Engine;
using Consensus.Raft.Audit;
using Consensus.Raft.Messages;

namespace Consensus.Raft.Tests.Audit;

/// <summary>Replica 1 follows replica 2 in term 1, has the entries 1 to 20 and a snapshot at 10.</summary>
[TestFixture]
public sealed class StateRepairTests
{
    private static readonly LogIndex Compared = new(12);
    private static readonly Digest Own = Hash.Of(1);
    private static readonly Digest Majority = Hash.Of(2);

    private RaftState _state = null!;
    private StateRepair _repair = null!;

    [SetUp]
    public void Follow()
    {
        _state = NewState.Of(1, NewState.Voters(3));
        _state.SaveTermAndVote(new Term(1), new NodeId(2));
        _state.Leader = new NodeId(2);
        for (ulong index = 1; index <= 20; index++)
        {
            _state.AppendCopy(new LogEntry(new LogIndex(index), new Term(1), EntryKind.Command, default, "x"u8.ToArray(), default));
        }

        _state.CommitTo(new LogIndex(20));
        _state.HandOverCommitted();
        _state.OnSnapshotSaved(At(10));
        _repair = new StateRepair(_state);
        _state.Effects.Clear();
    }

    [Test]
    public void A_verdict_that_agrees_changes_nothing()
    {
        _repair.OnHashed(Compared, Own);
        _repair.OnVerdict(Verdict(Own));
        Assert.That(_repair.IsNeeded, Is.False);
        Assert.That(_state.Effects.Requests, Is.Empty);
    }

    [Test]
    public void A_verdict_about_an_entry_that_was_not_hashed_here_changes_nothing()
    {
        _repair.OnHashed(Compared + 1, Own);
        _repair.OnVerdict(Verdict(Majority));
        Assert.That(_repair.IsNeeded, Is.False);
    }

    [Test]
    public void A_follower_that_differs_says_so_and_stops_its_snapshots_once()
    {
        Differ();
        _repair.OnVerdict(Verdict(Majority));
        Assert.That(_repair.IsNeeded, Is.True);
        Assert.That(_state.Effects.Requests, Is.EqualTo(new[] { new SuspendSnapshots() }));
        Assert.That(_state.Effects.Events, Is.EqualTo(new[] { new StateDiverged(Compared, _state.Self, Majority, Own) }));
    }

    [Test]
    public void A_leader_that_differs_has_said_so_already()
    {
        _state.Role = ReplicaRole.Leader;
        Differ();
        Assert.That(_repair.IsNeeded, Is.True);
        Assert.That(_state.Effects.Events, Is.Empty);
    }

    /// <summary>A snapshot of the wrong state that is being saved would pass for a right one.</summary>
    [Test]
    public void The_leader_is_asked_at_every_heartbeat_once_own_snapshots_have_stopped()
    {
        _repair.OnHeartbeat(_state.Leader);
        Differ();
        _repair.OnHeartbeat(_state.Leader);
        Assert.That(_state.Sent<RepairRequest>(), Is.Empty);
        _repair.OnSuspended();
        _repair.OnHeartbeat(_state.Leader);
        _repair.OnHeartbeat(_state.Leader);
        var expected = (new NodeId(2), new RepairRequest(_state.Term, new LogIndex(10)));
        Assert.That(_state.Sent<RepairRequest>(), Is.EqualTo(new[] { expected, expected }));
    }

    [Test]
    public void A_snapshot_of_this_log_is_wanted_only_while_the_state_is_wrong_and_own_snapshots_have_stopped()
    {
        Assert.That(_repair.Wants(At(15)), Is.False);
        Differ();
        Assert.That(_repair.Wants(At(15)), Is.False);
        _repair.OnSuspended();
        Assert.That(_repair.Wants(At(15)), Is.True);
        _repair.OnReplaced();
        Assert.That(_repair.Wants(At(15)), Is.False);
    }

    [TestCase(9UL, false, Description = "before the own snapshot: entries that would have to be applied again may be gone")]
    [TestCase(10UL, true)]
    [TestCase(20UL, true)]
    [TestCase(21UL, false, Description = "beyond the log: it is installed like any other")]
    public void A_snapshot_is_wanted_from_the_own_one_to_the_end_of_the_log(ulong index, bool expected)
    {
        Differ();
        _repair.OnSuspended();
        var snapshot = index <= 20 ? At(index) : NewSnapshot.At(index);
        Assert.That(_repair.Wants(snapshot), Is.EqualTo(expected));
    }

    [Test]
    public void A_snapshot_of_another_history_is_not_wanted()
    {
        Differ();
        _repair.OnSuspended();
        Assert.That(_repair.Wants(NewSnapshot.At(15)), Is.False, "the same index and term with another chain");
    }

    /// <summary>The last part may be stored when this replica has become a leader. It hands over first, and asks its successor.</summary>
    [Test]
    public void A_leader_does_not_exchange_its_state()
    {
        Differ();
        _repair.OnSuspended();
        _state.Role = ReplicaRole.Leader;
        Assert.That(_repair.Wants(At(15)), Is.False);
        _state.Role = ReplicaRole.Follower;
        Assert.That(_repair.Wants(At(15)), Is.True);
    }

    [Test]
    public void After_a_repair_the_old_hashes_are_forgotten_and_the_next_difference_counts()
    {
        Differ();
        _repair.OnSuspended();
        _repair.OnReplaced();
        Assert.That(_repair.IsNeeded, Is.False);
        _repair.OnVerdict(Verdict(Majority));
        Assert.That(_repair.IsNeeded, Is.False, "it was about the state that is gone");
        _repair.OnHeartbeat(_state.Leader);
        Assert.That(_state.Sent<RepairRequest>(), Is.Empty);
        Differ();
        Assert.That(_repair.IsNeeded, Is.True);
        Assert.That(_repair.Wants(At(15)), Is.False, "own snapshots were resumed and have to stop again");
    }

    private void Differ()
    {
        _repair.OnHashed(Compared, Own);
        _repair.OnVerdict(Verdict(Majority));
    }

    private StateVerdict Verdict(Digest hash) => new(_state.Term, Compared, hash);

    private SnapshotDescriptor At(ulong index) => NewSnapshot.At(index) with { Position = _state.Log.PositionOf(new LogIndex(index)) };
}
