using static Consensus.Engine.Tests.TestEntries;

namespace Consensus.Engine.Tests.Applying;

/// <summary>The applier under an engine that orders blocks: the log says where states are compared and snapshots may be taken.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CheckpointTests
{
    private readonly FakeState _state = new();
    private readonly FakeSnapshots _snapshots = new();
    private readonly FakeApplierHost _host = new();

    [Test]
    public void The_end_of_a_block_is_no_command([Values] bool marksCheckpoints)
    {
        var applier = Create(new SnapshotPolicy(100, long.MaxValue), marksCheckpoints);

        applier.Apply([Command(1), Block(2), Command(3), Checkpoint(4)]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_state.Applied, Is.EqualTo(new[] { new LogIndex(1), new LogIndex(3) }));
            Assert.That(applier.Applied, Is.EqualTo(new LogIndex(4)), "the entries count all the same");
        }
    }

    [Test]
    public void The_state_is_hashed_and_told_after_each_checkpoint_and_nowhere_else()
    {
        var applier = Create(new SnapshotPolicy(1, 1));

        applier.Apply([Command(1), Block(2), Command(3), Checkpoint(4), Command(5), Command(6), Checkpoint(7), Command(8), Entry(9)]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_host.Hashed, Is.EqualTo(new[] { (new LogIndex(4), FakeState.HashOf(2)), (new LogIndex(7), FakeState.HashOf(4)) }));
            Assert.That(_state.Hashings, Is.EqualTo(2));
            Assert.That(_host.Drafts.Single().Position, Is.EqualTo(new LogPosition(new LogIndex(4), new Term(1), Checkpoint(4).Chain)), "the second is due while the first is saved");
            Assert.That(_host.Drafts.Single().StateHash, Is.EqualTo(FakeState.HashOf(2)));
        }
    }

    [Test]
    public void With_an_engine_that_marks_none_a_checkpoint_is_an_entry_like_others()
    {
        var applier = Create(new SnapshotPolicy(3, long.MaxValue), marksCheckpoints: false);

        applier.Apply([Command(1), Checkpoint(2), Command(3), Checkpoint(4)]);

        Assert.That(_host.Hashed.Select(hashed => hashed.Index.Value), Is.EqualTo(new ulong[] { 3 }));
    }

    [Test]
    public void A_checkpoint_is_captured_if_so_many_entries_were_applied_since_the_last_snapshot()
    {
        var applier = Create(new SnapshotPolicy(4, long.MaxValue));

        Apply(applier, [Command(1), Command(2), Checkpoint(3)]);
        Assert.That(_host.Drafts, Is.Empty, "three entries");
        Apply(applier, [Command(4), Command(5), Checkpoint(6)]);
        Assert.That(_host.Drafts, Is.Empty, "due, but six entries are more than four: at the first checkpoint behind a multiple of eight");
        Apply(applier, [Command(7), Command(8), Checkpoint(9), Checkpoint(10)]);
        Apply(applier, [Checkpoint(11), Checkpoint(12), Checkpoint(13)]);

        Assert.That(Captured, Is.EqualTo(new ulong[] { 9 }), "counted from the last one, not by the index");
        Apply(applier, [Command(14), Command(15), Checkpoint(16)]);
        Assert.That(Captured, Is.EqualTo(new ulong[] { 9, 16 }));
    }

    // A disk that was full for a while, a save that took longer than the next one's turn: the log is the same, what was taken is not.
    [Test]
    public void Replicas_of_which_one_has_missed_a_snapshot_take_the_next_ones_at_the_same_places([Values(3, 5, 8, 13)] int between, [Values(1, 2, 3, 7)] int interval)
    {
        var regular = Create(new SnapshotPolicy(between, long.MaxValue));
        var captured = new List<ulong>[] { [], [] };
        Take(regular, captured[0], missed: 0);
        _host.Drafts.Clear();
        Take(Create(new SnapshotPolicy(between, long.MaxValue)), captured[1], missed: 60);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(captured[1].Where(index => index > 500), Is.EqualTo(captured[0].Where(index => index > 500)).And.Not.Empty);
            Assert.That(captured[0].Zip(captured[0].Skip(1), (one, next) => next - one).Max(), Is.LessThanOrEqualTo((ulong)(4 * Math.Max(between, interval))), "nor are they far apart");
        }

        void Take(Applier applier, List<ulong> into, ulong missed)
        {
            for (var index = 1UL; index <= 1000; index++)
            {
                var before = _host.Drafts.Count;
                applier.Apply([index % (ulong)interval == 0 ? Checkpoint(index) : Command(index)]);
                if (_host.Drafts.Count == before)
                {
                    continue;
                }

                if (index > missed)
                {
                    into.Add(index);
                }

                applier.OnSnapshotEnded(index > missed ? _host.Drafts[^1] : null);
            }
        }
    }

    [Test]
    public void A_replica_that_takes_long_to_save_takes_some_of_the_snapshots_that_others_take()
    {
        var captured = new List<ulong>[] { [], [] };
        Take(Create(new SnapshotPolicy(4, long.MaxValue)), captured[0], duration: 1);
        _host.Drafts.Clear();
        Take(Create(new SnapshotPolicy(4, long.MaxValue)), captured[1], duration: 27);

        Assert.That(captured[1].Where(captured[0].Contains).Count(), Is.GreaterThan(captured[1].Count * 9 / 10));

        void Take(Applier applier, List<ulong> into, ulong duration)
        {
            var ends = ulong.MaxValue;
            for (var index = 1UL; index <= 2000; index++)
            {
                if (index == ends)
                {
                    applier.OnSnapshotEnded(_host.Drafts[^1]);
                }

                var before = _host.Drafts.Count;
                applier.Apply([index % 2 == 0 ? Checkpoint(index) : Command(index)]);
                if (_host.Drafts.Count > before)
                {
                    into.Add(index);
                    ends = index + duration;
                }
            }
        }
    }

    [Test]
    public void A_checkpoint_is_captured_if_so_many_bytes_were_applied_since_the_last_snapshot()
    {
        var applier = Create(new SnapshotPolicy(long.MaxValue, 100));

        Apply(applier, [Command(1, 99), Checkpoint(2)]);
        Apply(applier, [Command(3, 1), Command(4), Checkpoint(5)]);
        Assert.That(_host.Drafts, Is.Empty, "due, and taken behind a multiple of eight");
        Apply(applier, [Command(6, 99), Checkpoint(7), Checkpoint(8), Checkpoint(9)]);

        Assert.That(Captured, Is.EqualTo(new ulong[] { 8 }));
    }

    [Test]
    public void Entries_are_counted_from_an_installed_snapshot()
    {
        _snapshots.Stored[new LogIndex(10)] = BitConverter.GetBytes(7UL);
        var applier = Create(new SnapshotPolicy(3, long.MaxValue));
        applier.Apply([Command(1), Command(2)]);

        applier.Install(Snapshot(10, FakeState.HashOf(7)));
        applier.Apply([Command(11), Checkpoint(12), Checkpoint(13), Checkpoint(14), Checkpoint(15), Checkpoint(16)]);

        Assert.That(Captured, Is.EqualTo(new ulong[] { 16 }), "three entries since, and behind a multiple of four");
    }

    [Test]
    public void A_large_state_is_written_again_only_when_the_log_has_grown_as_much()
    {
        const int length = 6 * 1024 * 1024;
        var applier = Create(new SnapshotPolicy(1, long.MaxValue));
        applier.Apply([Checkpoint(1)]);
        applier.OnSnapshotEnded(_host.Drafts[^1] with { Length = length });

        applier.Apply([Command(2, length - 1), Checkpoint(3), Command(4, 1), Checkpoint(5)]);

        Assert.That(Captured, Is.EqualTo(new ulong[] { 1, 5 }));
    }

    [Test]
    public void A_snapshot_on_demand_waits_for_the_next_checkpoint()
    {
        var applier = Create();
        Apply(applier, [Command(1), Block(2)]);

        applier.TakeSnapshot();
        Assert.That(_host.Drafts, Is.Empty, "the state between two checkpoints is nobody else's to compare");
        Apply(applier, [Command(3), Block(4), Command(5), Checkpoint(6)]);
        Apply(applier, [Command(7), Checkpoint(8)]);

        Assert.That(Captured, Is.EqualTo(new ulong[] { 6 }), "once for a demand");
    }

    // Where the log ends, no checkpoint follows.
    [Test]
    public void A_snapshot_that_is_wanted_anywhere_is_of_the_last_entry_and_taken_once()
    {
        var applier = Create();
        applier.Apply([Command(1), Command(2)]);

        applier.TakeSnapshot(anywhere: true);
        applier.OnSnapshotEnded(_host.Drafts.Single());
        applier.TakeSnapshot(anywhere: true);

        Assert.That(Captured, Is.EqualTo(new ulong[] { 2 }));
    }

    // A group without load orders no further checkpoint.
    [Test]
    public void A_snapshot_on_demand_is_of_the_last_entry_if_that_is_a_checkpoint()
    {
        var applier = Create();
        applier.Apply([Command(1), Checkpoint(2)]);

        applier.TakeSnapshot();

        Assert.That(Captured, Is.EqualTo(new ulong[] { 2 }));
    }

    [Test]
    public void A_demand_is_over_when_anothers_snapshot_has_replaced_the_state()
    {
        _snapshots.Stored[new LogIndex(10)] = BitConverter.GetBytes(7UL);
        var applier = Create();
        applier.Apply([Command(1)]);
        applier.TakeSnapshot();

        applier.Install(Snapshot(10, FakeState.HashOf(7)));
        applier.Apply([Checkpoint(11)]);

        Assert.That(_host.Drafts, Is.Empty);
    }

    [Test]
    public void A_snapshot_that_could_not_be_saved_is_tried_at_the_next_checkpoint_on_demand_only()
    {
        var applier = Create(new SnapshotPolicy(3, long.MaxValue));
        applier.Apply([Command(1), Command(2), Command(3), Checkpoint(4), Command(5)]);
        applier.OnSnapshotEnded(null);

        applier.Apply([Checkpoint(6)]);
        Assert.That(Captured, Is.EqualTo(new ulong[] { 4 }), "no space was left a moment ago");
        applier.TakeSnapshot();

        Assert.That(Captured, Is.EqualTo(new ulong[] { 4, 6 }));
    }

    [Test]
    public void Suspended_snapshots_are_not_taken_at_checkpoints_though_the_state_is_compared_there()
    {
        var applier = Create(new SnapshotPolicy(1, long.MaxValue));
        applier.Apply([Command(1)]);
        applier.TakeSnapshot();

        applier.SuspendSnapshots();
        applier.Apply([Checkpoint(2)]);

        Assert.That((_host.Drafts.Count, _host.Hashed.Count), Is.EqualTo((0, 1)));
    }

    [Test]
    public void Where_an_epoch_begins_the_state_is_hashed_and_a_snapshot_is_taken_though_none_is_due()
    {
        var applier = Create(new SnapshotPolicy(1000, long.MaxValue));

        applier.Apply([Command(1), Beginning(2, 7), Command(3)]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_host.Hashed, Is.EqualTo(new[] { (new LogIndex(2), FakeState.HashOf(1)) }));
            Assert.That(Captured, Is.EqualTo(new ulong[] { 2 }));
            Assert.That(_host.Drafts[0].Epoch, Is.EqualTo(new Epoch(7)));
            Assert.That(_host.Drafts[0].StateHash, Is.EqualTo(FakeState.HashOf(1)));
        }
    }

    [Test]
    public void An_epoch_that_has_other_members_changes_who_belongs_to_the_group()
    {
        var applier = Create(new SnapshotPolicy(1000, long.MaxValue));
        var others = new ClusterMembership([new Member(new NodeId(7), "a:7"), new Member(new NodeId(8), "a:8")], []);

        applier.Apply([Command(1), Beginning(2, 7, others)]);
        applier.OnSnapshotEnded(_host.Drafts[0]);
        applier.Apply([Beginning(3, 8)]);

        Assert.That(_host.Drafts.Select(draft => draft.Membership), Is.EqualTo(new[] { others, others }), "and the next one has the same, unless it says otherwise");
    }

    // Whoever cannot get there by the log needs it, and there is no second chance.
    [Test]
    public void The_snapshot_of_an_epochs_beginning_is_taken_also_while_another_is_being_saved()
    {
        var applier = Create(new SnapshotPolicy(1, long.MaxValue));
        applier.Apply([Command(1), Checkpoint(2), Command(3), Beginning(4, 1), Command(5), Checkpoint(6)]);
        Assert.That(Captured, Is.EqualTo(new ulong[] { 2 }), "one is saved at a time");

        applier.OnSnapshotEnded(_host.Drafts[0]);
        Assert.That(Captured, Is.EqualTo(new ulong[] { 2, 4 }));
        Assert.That(_host.Drafts[1].StateHash, Is.EqualTo(FakeState.HashOf(2)), "of the beginning, and not of what is applied by now");
        applier.OnSnapshotEnded(_host.Drafts[1]);

        Assert.That(Captured, Is.EqualTo(new ulong[] { 2, 4 }), "once");
    }

    // With a later snapshot on disk, and not this one, a replica that is started again would not come past here any more.
    [Test]
    public void A_beginning_that_there_was_no_space_for_is_saved_before_anything_behind_it()
    {
        var applier = Create(new SnapshotPolicy(1, long.MaxValue));
        applier.Apply([Command(1), Beginning(2, 1)]);
        applier.OnSnapshotEnded(null, _host.States[0]);
        applier.Apply([Command(3), Checkpoint(4)]);
        Assert.That(Captured, Is.EqualTo(new ulong[] { 2 }));

        applier.TakeSnapshot();
        Assert.That(Captured, Is.EqualTo(new ulong[] { 2, 2 }), "tried again");
        Assert.That(_host.States[1], Is.SameAs(_host.States[0]));
        Assert.That(_host.Drafts[1].StateHash, Is.EqualTo(FakeState.HashOf(1)));
        applier.OnSnapshotEnded(null, _host.States[1]);
        applier.TakeSnapshot();
        applier.OnSnapshotEnded(_host.Drafts[2]);
        applier.Apply([Command(5), Command(6), Command(7), Checkpoint(8)]);

        Assert.That(Captured, Is.EqualTo(new ulong[] { 2, 2, 2, 8 }), "and then the others");
    }

    [Test]
    public void Of_two_beginnings_while_a_snapshot_is_being_saved_the_later_one_is_taken()
    {
        var applier = Create(new SnapshotPolicy(1, long.MaxValue));
        applier.Apply([Checkpoint(1), Beginning(2, 1), Command(3), Beginning(4, 2)]);

        applier.OnSnapshotEnded(null);

        Assert.That(Captured, Is.EqualTo(new ulong[] { 1, 4 }));
        Assert.That(_host.Drafts[1].Epoch, Is.EqualTo(new Epoch(2)));
    }

    [Test]
    public void Later_snapshots_are_of_the_epoch_that_has_begun()
    {
        var applier = Create(new SnapshotPolicy(1, long.MaxValue));
        Apply(applier, [Command(1), Checkpoint(2)]);
        Apply(applier, [Beginning(3, 4)]);
        Apply(applier, [Command(4), Command(5), Checkpoint(6), Checkpoint(7), Checkpoint(8)]);

        Assert.That(_host.Drafts.Select(draft => draft.Epoch.Value), Is.EqualTo(new ulong[] { 0, 4, 4 }));
    }

    [Test]
    public void A_snapshot_of_a_later_epoch_that_replaces_the_state_says_which_epoch_it_is()
    {
        _snapshots.Stored[new LogIndex(10)] = BitConverter.GetBytes(7UL);
        var applier = Create(new SnapshotPolicy(1, long.MaxValue));

        applier.Install(Snapshot(10, FakeState.HashOf(7)) with { Epoch = new Epoch(3) });
        applier.Apply([Command(11), Checkpoint(12)]);

        Assert.That(_host.Drafts.Single().Epoch, Is.EqualTo(new Epoch(3)));
    }

    [Test]
    public void Suspended_snapshots_are_not_taken_where_an_epoch_begins_though_the_state_is_compared_there()
    {
        var applier = Create();
        applier.SuspendSnapshots();

        applier.Apply([Beginning(1, 1)]);

        Assert.That((_host.Drafts.Count, _host.Hashed.Count), Is.EqualTo((0, 1)));
    }

    [Test]
    public void The_hash_of_the_state_is_told_on_demand()
    {
        var applier = Create();
        applier.Apply([Command(1), Command(2)]);

        applier.TellHash();

        Assert.That(_host.Hashed, Is.EqualTo(new[] { (new LogIndex(2), FakeState.HashOf(2)) }));
    }

    [Test]
    public void An_entry_that_should_begin_an_epoch_and_has_no_number_is_corrupt()
    {
        var applier = Create();

        Assert.That(() => applier.Apply([Entry(1, EntryKind.Epoch, new byte[7])]), Throws.TypeOf<ConsensusException>().With.Property(nameof(ConsensusException.Reason)).EqualTo(ConsensusFailure.StorageCorrupt));
    }

    private IEnumerable<ulong> Captured => _host.Drafts.Select(draft => draft.Position.Index.Value);

    private static LogEntry Command(ulong index, int bytes = 0) => Entry(index, EntryKind.Command, new byte[bytes]);

    private static LogEntry Block(ulong index) => Entry(index, EntryKind.Block);

    private static LogEntry Checkpoint(ulong index) => Entry(index, EntryKind.Checkpoint);

    private static LogEntry Beginning(ulong index, ulong number, ClusterMembership? membership = null)
    {
        var payload = EpochEntry.Encode(new Epoch(number), membership, [1, 2, 3]);
        return Entry(index, EntryKind.Epoch, payload);
    }

    /// <summary>Applies entries; a snapshot that is captured meanwhile has been saved afterwards.</summary>
    private void Apply(Applier applier, LogEntry[] entries)
    {
        var before = _host.Drafts.Count;
        applier.Apply(entries);
        if (_host.Drafts.Count > before)
        {
            applier.OnSnapshotEnded(_host.Drafts[^1]);
        }
    }

    private Applier Create(SnapshotPolicy? policy = null, bool marksCheckpoints = true) =>
        new(_state, _snapshots, _host, policy ?? SnapshotPolicy.Default, marksCheckpoints, Epoch.Zero, Recovered());
}
