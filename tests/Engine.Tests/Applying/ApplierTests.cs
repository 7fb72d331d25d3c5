using static Consensus.Engine.Tests.TestEntries;

namespace Consensus.Engine.Tests.Applying;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ApplierTests
{
    private static readonly ClusterMembership Two = new([new Member(new NodeId(1), "a"), new Member(new NodeId(2), "b")], []);

    private readonly FakeState _state = new();
    private readonly FakeSnapshots _snapshots = new();
    private readonly FakeApplierHost _host = new();

    [Test]
    public void Entries_are_applied_in_order_and_reported_once_for_all()
    {
        var applier = Create();

        applier.Apply([Command(1), Entry(2), Command(3)]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_state.Applied, Is.EqualTo(new[] { new LogIndex(1), new LogIndex(3) }), "only commands reach the state");
            Assert.That(_host.Commands.Select(command => command.Index.Value), Is.EqualTo(new ulong[] { 1, 3 }));
            Assert.That(_host.Applied, Is.EqualTo(new[] { new LogIndex(3) }));
            Assert.That(applier.Applied, Is.EqualTo(new LogIndex(3)));
        }
    }

    [TestCase(1UL)]
    [TestCase(2UL)]
    [TestCase(4UL)]
    public void An_entry_out_of_order_is_a_broken_invariant(ulong index)
    {
        var applier = Create();
        applier.Apply([Command(1), Command(2)]);

        Assert.That(() => applier.Apply([Command(index)]), Fails.With(ConsensusFailure.InvariantViolated));
    }

    [Test]
    public void An_exception_of_the_state_machine_names_the_entry_and_says_what_is_expected_instead()
    {
        _state.OnApply = _ => throw new FormatException("bad command");

        Assert.That(
            () => Create().Apply([Command(1)]),
            Fails.With(ConsensusFailure.StateMachineFailed).With.Message.Contains("entry 1").And.Message.Contains("bad command").And.InnerException.TypeOf<FormatException>());
    }

    // Whatever the state machine throws comes from the state machine, even if it uses our exception.
    [Test]
    public void An_exception_of_the_state_machine_is_not_mistaken_for_the_replicas_own()
    {
        _state.OnApply = _ => throw new ConsensusException(ConsensusFailure.Stopped, "");

        Assert.That(() => Create().Apply([Command(1)]), Fails.With(ConsensusFailure.StateMachineFailed));
    }

    [Test]
    public void A_snapshot_is_taken_after_so_many_entries()
    {
        var applier = Create(new SnapshotPolicy(3, long.MaxValue));

        applier.Apply([Command(1), Command(2)]);
        Assert.That(_host.Drafts, Is.Empty);
        applier.Apply([Command(3), Command(4)]);

        var draft = _host.Drafts.Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(draft.Position, Is.EqualTo(new LogPosition(new LogIndex(3), new Term(1), Command(3).Chain)));
            Assert.That(draft.StateHash, Is.EqualTo(FakeState.HashOf(3)), "the state at that entry, not at the end of the batch");
            Assert.That(draft.Time, Is.EqualTo(Command(3).Time));
        }
    }

    [Test]
    public void A_snapshot_is_taken_after_so_many_bytes()
    {
        var applier = Create(new SnapshotPolicy(long.MaxValue, 100));

        applier.Apply([Command(1, 99), Command(2, 1), Command(3, 99)]);
        applier.OnSnapshotEnded(_host.Drafts[^1]);
        applier.Apply([Command(4, 1)]);

        Assert.That(_host.Drafts.Select(draft => draft.Position.Index.Value), Is.EqualTo(new ulong[] { 2, 4 }));
    }

    // To write a large state again and again for a few entries would cost more than the log.
    [Test]
    public void A_large_state_is_written_again_only_when_the_log_has_grown_as_much()
    {
        const int length = 6 * 1024 * 1024;
        var applier = Create(new SnapshotPolicy(1, long.MaxValue));
        applier.Apply([Command(1)]);
        applier.OnSnapshotEnded(_host.Drafts[^1] with { Length = length });

        applier.Apply([Command(2, length / 2), Command(3, (length / 2) - 1), Command(4, 1)]);

        Assert.That(_host.Drafts.Select(draft => draft.Position.Index.Value), Is.EqualTo(new ulong[] { 1, 4 }));
    }

    [Test]
    public void A_large_state_is_written_at_the_latest_when_the_log_has_grown_to_its_bound()
    {
        var applier = Create(new SnapshotPolicy(1, 100));
        applier.Apply([Command(1)]);
        applier.OnSnapshotEnded(_host.Drafts[^1] with { Length = 6 * 1024 * 1024 });

        applier.Apply([Command(2, 99), Command(3, 1)]);

        Assert.That(_host.Drafts.Select(draft => draft.Position.Index.Value), Is.EqualTo(new ulong[] { 1, 3 }));
    }

    [Test]
    public void A_state_of_moderate_size_is_written_whenever_it_is_due()
    {
        var applier = Create(new SnapshotPolicy(1, long.MaxValue));
        applier.Apply([Command(1)]);
        applier.OnSnapshotEnded(_host.Drafts[^1] with { Length = SnapshotPolicy.LengthAlwaysTaken });

        applier.Apply([Command(2)]);

        Assert.That(_host.Drafts.Select(draft => draft.Position.Index.Value), Is.EqualTo(new ulong[] { 1, 2 }));
    }

    [Test]
    public void No_snapshot_is_taken_while_one_is_being_saved()
    {
        var applier = Create(new SnapshotPolicy(1, long.MaxValue));

        applier.Apply([Command(1), Command(2)]);
        Assert.That(_host.Drafts, Has.Count.EqualTo(1));
        applier.OnSnapshotEnded(_host.Drafts[^1]);
        applier.Apply([Command(3)]);

        Assert.That(_host.Drafts.Select(draft => draft.Position.Index.Value), Is.EqualTo(new ulong[] { 1, 3 }));
    }

    [Test]
    public void The_state_is_hashed_where_all_replicas_compare_it_even_while_a_snapshot_is_saved()
    {
        var applier = Create(new SnapshotPolicy(2, long.MaxValue));

        applier.Apply([Command(1), Command(2), Command(3), Command(4)]);

        Assert.That(_host.Hashed, Is.EqualTo(new[] { (new LogIndex(2), FakeState.HashOf(2)), (new LogIndex(4), FakeState.HashOf(4)) }));
    }

    // Hashing the whole state costs more than applying a command.
    [Test]
    public void The_state_is_not_hashed_for_a_snapshot_that_cannot_be_taken_now()
    {
        var applier = Create(new SnapshotPolicy(long.MaxValue, 1));
        applier.Apply([Command(1, 10)]);
        var before = _state.Hashings;

        applier.Apply([Command(2, 10), Command(3, 10)]);

        Assert.That(_state.Hashings, Is.EqualTo(before));
    }

    [Test]
    public void A_snapshot_on_demand_is_taken_once_for_an_entry()
    {
        var applier = Create();
        applier.Apply([Command(1)]);

        applier.TakeSnapshot();
        applier.OnSnapshotEnded(_host.Drafts[^1]);
        applier.TakeSnapshot();

        Assert.That(_host.Drafts.Select(draft => draft.Position.Index.Value), Is.EqualTo(new ulong[] { 1 }));
    }

    [Test]
    public void Suspended_snapshots_are_taken_again_after_anothers_has_replaced_the_state()
    {
        _snapshots.Stored[new LogIndex(2)] = BitConverter.GetBytes(7UL);
        var applier = Create(new SnapshotPolicy(1, long.MaxValue));
        applier.SuspendSnapshots();
        applier.Apply([Command(1)]);
        applier.TakeSnapshot();
        Assert.That(_host.Drafts, Is.Empty);

        applier.Install(Snapshot(2, FakeState.HashOf(7)));
        applier.Apply([Command(3)]);

        Assert.That(_host.Drafts.Single().Position.Index, Is.EqualTo(new LogIndex(3)));
    }

    [Test]
    public void A_snapshot_carries_the_membership_at_its_entry()
    {
        var applier = Create(new SnapshotPolicy(2, long.MaxValue), Recovered(bootstrap: ClusterMembership.Empty));

        applier.Apply([Entry(1, EntryKind.Membership, MembershipCodec.Encode(Two)), Entry(2)]);

        Assert.That(_host.Drafts.Single().Membership, Is.EqualTo(Two));
    }

    [Test]
    public void Before_the_log_says_otherwise_the_membership_is_that_of_the_start()
    {
        var applier = Create(new SnapshotPolicy(1, long.MaxValue), Recovered(bootstrap: Two));

        applier.Apply([Entry(1)]);

        Assert.That(_host.Drafts.Single().Membership, Is.EqualTo(Two));
    }

    [Test]
    public void A_reader_is_answered_at_once_if_the_state_is_current()
    {
        var applier = Create();
        applier.Apply([Command(1), Command(2)]);
        var reader = new Reader();

        applier.Read(reader, new LogIndex(1));

        Assert.That(reader.At, Is.EqualTo(new[] { new LogIndex(2) }));
    }

    [Test]
    public void Readers_are_answered_when_their_entry_is_applied_and_not_before()
    {
        var applier = Create();
        var (third, second) = (new Reader(), new Reader());
        applier.Read(third, new LogIndex(3));
        applier.Read(second, new LogIndex(2));

        applier.Apply([Command(1)]);
        Assert.That(second.At.Concat(third.At), Is.Empty);
        applier.Apply([Command(2)]);
        Assert.That((second.At.Count, third.At.Count), Is.EqualTo((1, 0)));
        applier.Apply([Command(3), Command(4)]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(second.At, Is.EqualTo(new[] { new LogIndex(2) }));
            Assert.That(third.At, Is.EqualTo(new[] { new LogIndex(4) }));
        }
    }

    [Test]
    public void Readers_who_wait_when_the_replica_stops_are_told_once()
    {
        var applier = Create();
        var reader = new Reader();
        applier.Read(reader, new LogIndex(3));
        var reason = new ConsensusException(ConsensusFailure.Stopped, "stopped");

        applier.Abandon(reason);
        applier.Abandon(reason);

        Assert.That(reader.Abandoned, Is.EqualTo(new[] { reason }));
    }

    [Test]
    public void An_installed_snapshot_replaces_the_state_and_answers_readers()
    {
        _snapshots.Stored[new LogIndex(10)] = BitConverter.GetBytes(7UL);
        var applier = Create(new SnapshotPolicy(11, long.MaxValue));
        var reader = new Reader();
        applier.Read(reader, new LogIndex(9));

        applier.Install(Snapshot(10, FakeState.HashOf(7), Two));
        applier.Apply([Command(11)]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_state.Count, Is.EqualTo(8));
            Assert.That(_host.Installed.Single().Position.Index, Is.EqualTo(new LogIndex(10)));
            Assert.That(reader.At, Is.EqualTo(new[] { new LogIndex(10) }));
            Assert.That(_host.Drafts.Single().Membership, Is.EqualTo(Two), "the snapshot's membership counts from there on");
        }
    }

    [Test]
    public void A_snapshot_that_restores_to_another_hash_is_refused()
    {
        _snapshots.Stored[new LogIndex(10)] = BitConverter.GetBytes(7UL);

        Assert.That(() => Create().Install(Snapshot(10, FakeState.HashOf(8))), Fails.With(ConsensusFailure.SnapshotInvalid));
    }

    [Test]
    public void A_recovered_snapshot_is_restored_at_the_start()
    {
        _snapshots.Stored[new LogIndex(10)] = BitConverter.GetBytes(7UL);

        var applier = Create(recovered: Recovered(Snapshot(10, FakeState.HashOf(7))));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(applier.Applied, Is.EqualTo(new LogIndex(10)));
            Assert.That(applier.StateHash(), Is.EqualTo(FakeState.HashOf(7)));
        }
    }

    private static LogEntry Command(ulong index, int bytes = 0) => Entry(index, EntryKind.Command, new byte[bytes]);

    private Applier Create(SnapshotPolicy? policy = null, RecoveredState? recovered = null) =>
        new(_state, _snapshots, _host, policy ?? SnapshotPolicy.Default, marksCheckpoints: false, Epoch.Zero, recovered ?? Recovered());

    private sealed class Reader : IStateReader
    {
        public List<LogIndex> At { get; } = [];

        public bool HasEnded { get; init; }

        public List<Exception> Abandoned { get; } = [];

        public void OnCurrent(IReplicatedState state, LogIndex applied) => At.Add(applied);

        public void OnAbandoned(Exception exception) => Abandoned.Add(exception);
    }
}
