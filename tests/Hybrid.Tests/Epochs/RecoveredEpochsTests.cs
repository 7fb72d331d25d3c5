using Consensus.Cryptography.Tests;

namespace Consensus.Hybrid.Tests.Epochs;

/// <summary>A log of seven entries in epoch 0, which epoch 1 follows with entry 8; engines save slot 3.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RecoveredEpochsTests
{
    private readonly Group _group = new();
    private readonly LogEntry[] _before;
    private readonly HandoverCertificate _beginning;
    private readonly LogEntry _entry;
    private readonly LogEntry[] _behind;

    public RecoveredEpochsTests()
    {
        _before = Group.Log(7);
        var next = _group.First.Next(EpochProtocol.Pbft, Group.At(_before[^1]), new Timestamp(5));
        _beginning = _group.Certify(_group.First, new HandoverContent(next, FakeKeys.Hash(1)), 10, 20, 30);
        _entry = next.ToEntry();
        _behind = Group.Log(3, Group.At(_entry));
    }

    private (ulong, byte[]) Begun => (EpochSlots.Beginning(new Epoch(1)), EpochSlots.BeginningValue(_beginning));

    [Test]
    public void An_empty_disk_is_in_the_first_epoch()
    {
        var found = Found(Group.Disk([]));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(found.Current, Is.SameAs(_group.First));
            Assert.That(found.Handed, Is.EqualTo(LogPosition.Origin));
            Assert.That(found.Beginnings, Is.Empty);
            Assert.That(found.Ahead, Is.Empty);
            Assert.That(found.ToHand, Is.Empty);
            Assert.That(found.OfEngine.Applied, Is.EqualTo(LogIndex.Zero));
        }
    }

    [Test]
    public void Of_a_log_that_reaches_back_before_the_epoch_its_engine_gets_what_is_behind()
    {
        var found = Found(Group.Disk([.. _before, _entry, .. _behind], Begun, Slot(1, 3), Slot(0, 3), Slot(0, 4)));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(found.Current.Id, Is.EqualTo(_beginning.Next.Id));
            Assert.That(found.OfEngine.Base, Is.EqualTo(Group.At(_entry)));
            Assert.That(found.OfEngine.Entries, Is.EqualTo(_behind));
            Assert.That(found.OfEngine.Applied, Is.EqualTo(_entry.Index));
            Assert.That(found.OfEngine.Snapshot, Is.Null);
            Assert.That(found.OfEngine.Slots.Keys, Is.EqualTo(new ulong[] { 3 }));
            Assert.That(found.OfEngine.Slots[3].ToArray(), Is.EqualTo(new byte[] { 1 }));
            Assert.That(found.Past, Is.EqualTo(_before.Append(_entry)));
            Assert.That(found.ToHand, Is.EqualTo(_before.Append(_entry)), "the state machine has nothing");
            Assert.That(found.Handed, Is.EqualTo(LogPosition.Origin));
            Assert.That(found.StaleSlots, Is.EquivalentTo(new[] { EpochSlots.OfEngine(new Epoch(0), 3), EpochSlots.OfEngine(new Epoch(0), 4) }));
        }
    }

    [Test]
    public void What_a_snapshot_of_the_epoch_before_covers_is_not_handed_over_again()
    {
        var snapshot = Snapshots.Of(5) with { Position = Group.At(_before[4]) };

        var found = Found(Group.Disk([.. _before[2..], _entry, .. _behind], Begun) with { Base = Group.At(_before[1]), Snapshot = snapshot });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(found.ToHand.Select(entry => entry.Index.Value), Is.EqualTo(new ulong[] { 6, 7, 8 }));
            Assert.That(found.Handed, Is.EqualTo(snapshot.Position));
            Assert.That(found.OfEngine.Snapshot, Is.Null, "it is no snapshot of the engine's");
            Assert.That(found.OfEngine.Applied, Is.EqualTo(_entry.Index));
        }
    }

    [Test]
    public void A_snapshot_of_the_engine_beyond_the_beginning_is_its_own()
    {
        var snapshot = Snapshots.Of(10) with { Position = Group.At(_behind[1]), Epoch = new Epoch(1) };

        var within = Found(Group.Disk([.. _before, _entry, .. _behind], Begun) with { Snapshot = snapshot });
        var behind = Found(Group.Disk(_behind[2..], Begun) with { Base = snapshot.Position, Snapshot = snapshot });

        using (Assert.EnterMultipleScope())
        {
            foreach (var found in new[] { within, behind })
            {
                Assert.That(found.Current.Number, Is.EqualTo(new Epoch(1)));
                Assert.That(found.OfEngine.Snapshot, Is.EqualTo(snapshot));
                Assert.That(found.OfEngine.Applied, Is.EqualTo(snapshot.Position.Index));
                Assert.That(found.Handed, Is.EqualTo(snapshot.Position));
                Assert.That(found.ToHand, Is.Empty);
            }

            Assert.That(behind.OfEngine.Base, Is.EqualTo(snapshot.Position));
            Assert.That(behind.Past, Is.Empty);
        }
    }

    [Test]
    public void Of_two_snapshots_of_an_epoch_of_Raft_the_engine_sends_the_one_below_the_floor_and_the_newest_waits()
    {
        SnapshotDescriptor At(int index) => Snapshots.At(Group.At(_before[index - 1]), Epoch.Zero);
        var content = new FloorContent(Group.At(_before[4]), FakeKeys.Hash(1));
        var floor = (EpochSlots.Floor, EpochSlots.FloorValue(new FloorCertificate(content, _group.Keys.Certify(_group.Know(_group.First).Say(content), 10, 20, 30))));
        RecoveredState Disk(SnapshotDescriptor newest, params SnapshotDescriptor[] older) => Group.Disk(_before[2..], floor) with { Base = Group.At(_before[1]), Snapshot = newest, Older = older };

        var above = Found(Disk(At(7), At(3), At(5)));
        var below = Found(Disk(At(5), At(3)));
        var tooOld = Found(Disk(At(7), At(1)));

        using (Assert.EnterMultipleScope())
        {
            Assert.That((above.OfEngine.Snapshot, above.Early), Is.EqualTo((At(5), At(7))));
            Assert.That((above.OfEngine.Applied, above.Handed), Is.EqualTo((new LogIndex(7), At(7).Position)), "the state machine has what the newest has");
            Assert.That((below.OfEngine.Snapshot, below.Early), Is.EqualTo((At(5), (SnapshotDescriptor?)null)));
            Assert.That((tooOld.OfEngine.Snapshot, tooOld.Early), Is.EqualTo((At(7), (SnapshotDescriptor?)null)), "the log does not reach back to the older one");
        }
    }

    [Test]
    public void An_engine_that_certifies_its_snapshots_has_the_newest()
    {
        SnapshotDescriptor At(int index) => Snapshots.At(Group.At(_behind[index]), new Epoch(1));

        var found = Found(Group.Disk([.. _before, _entry, .. _behind], Begun) with { Snapshot = At(2), Older = [At(1)] });

        Assert.That((found.OfEngine.Snapshot, found.Early), Is.EqualTo((At(2), (SnapshotDescriptor?)null)));
    }

    // How the state of an epoch's beginning is there that was fetched from others.
    [Test]
    public void A_log_that_begins_with_the_state_of_the_beginning_has_no_snapshot_of_the_engine()
    {
        var snapshot = Snapshots.Of(_beginning);

        var found = Found(Group.Disk(_behind, Begun, (EpochSlots.Snapshot, EpochSlots.SnapshotValue(snapshot))) with { Base = Group.At(_entry), Snapshot = snapshot });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(found.Current.Number, Is.EqualTo(new Epoch(1)));
            Assert.That(found.OfEngine.Snapshot, Is.Null);
            Assert.That(found.OfEngine.Base, Is.EqualTo(Group.At(_entry)));
            Assert.That(found.OfEngine.Entries, Is.EqualTo(_behind));
            Assert.That(found.OfEngine.Applied, Is.EqualTo(_entry.Index));
            Assert.That(found.Handed, Is.EqualTo(Group.At(_entry)));
            Assert.That(found.Snapshot, Is.EqualTo(snapshot));
        }
    }

    [Test]
    public void A_certificate_that_is_known_begins_nothing_as_long_as_its_entry_is_not_there([Values(7, 5)] int entries)
    {
        var found = Found(Group.Disk(_before[..entries], Begun, Slot(0, 3)));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(found.Current, Is.SameAs(_group.First));
            Assert.That(found.Ahead.Select(certificate => certificate.Next.Id), Is.EqualTo(new[] { _beginning.Next.Id }));
            Assert.That(found.Beginnings, Is.Empty);
            Assert.That(found.OfEngine.Slots.Keys, Is.EqualTo(new ulong[] { 3 }));
            Assert.That(found.OfEngine.Entries, Has.Count.EqualTo(entries));
        }
    }

    // The engine of the epoch that ends may have accepted more than is committed.
    [Test]
    public void Another_entry_where_the_epoch_should_begin_does_not_begin_it()
    {
        var found = Found(Group.Disk([.. _before, .. Group.Log(2, Group.At(_before[^1]))], Begun));

        Assert.That(found.Current, Is.SameAs(_group.First));
        Assert.That(found.Ahead, Has.Length.EqualTo(1));
    }

    [Test]
    public void The_last_epoch_that_has_begun_is_the_one_and_those_behind_are_ahead()
    {
        var third = _group.Beginning(_beginning.Next, EpochProtocol.HotStuff, index: 20);

        var found = Found(Group.Disk([.. _before, _entry, .. _behind], Begun, (EpochSlots.Beginning(new Epoch(2)), EpochSlots.BeginningValue(third))));

        Assert.That(found.Current.Number, Is.EqualTo(new Epoch(1)));
        Assert.That(found.Ahead.Select(certificate => certificate.Next.Id), Is.EqualTo(new[] { third.Next.Id }));
    }

    [Test]
    public void What_the_replica_has_said_that_ends_its_epoch_is_found_and_of_another_epoch_is_not()
    {
        var said = (EpochSlots.Ended, EpochSlots.EndedValue(_beginning.Content));

        Assert.That(Found(Group.Disk(_before, said)).Ended!.Next.Id, Is.EqualTo(_beginning.Next.Id));
        Assert.That(Found(Group.Disk([.. _before, _entry], Begun, said)).Ended, Is.Null);
    }

    [Test]
    public void What_follows_its_epoch_is_found_and_what_followed_another_is_not()
    {
        var next = (EpochSlots.Next, EpochSlots.NextValue(_beginning.Next));

        Assert.That(Found(Group.Disk(_before, next)).Next!.Id, Is.EqualTo(_beginning.Next.Id));
        Assert.That(Found(Group.Disk([.. _before, _entry], Begun, next)).Next, Is.Null);
    }

    [Test]
    public void The_snapshot_of_another_epochs_beginning_is_none_of_this_one()
    {
        var slot = (EpochSlots.Snapshot, EpochSlots.SnapshotValue(Snapshots.Of(_beginning)));

        Assert.That(Found(Group.Disk(_before, slot)).Snapshot, Is.Null);
        Assert.That(Found(Group.Disk([.. _before, _entry], Begun, slot)).Snapshot, Is.EqualTo(Snapshots.Of(_beginning)));
    }

    [Test]
    public void The_floor_of_the_epoch_is_found_and_that_of_another_is_none_of_this_one()
    {
        var content = new FloorContent(Group.At(_before[4]), FakeKeys.Hash(1));
        var floor = new FloorCertificate(content, _group.Keys.Certify(_group.Know(_group.First).Say(content), 10, 20, 30));
        var slot = (EpochSlots.Floor, EpochSlots.FloorValue(floor));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Found(Group.Disk(_before, slot)).Floor!.Position, Is.EqualTo(Group.At(_before[4])));
            Assert.That(Found(Group.Disk(_before, Begun, slot)).Floor, Is.Not.Null, "the next epoch is known, and has not begun here");
            Assert.That(Found(Group.Disk([.. _before, _entry], Begun, slot)).Floor, Is.Null);
            Assert.That(Found(Group.Disk(_before)).Floor, Is.Null);
        }
    }

    [Test]
    public void A_group_that_began_otherwise_is_refused()
    {
        var other = EpochDescriptor.First(Group.Cluster, EpochProtocol.Pbft, _group.Members, [_group.Operator.PublicKey]);

        var failure = Assert.Throws<ConsensusException>(() => _ = new RecoveredEpochs(other, Group.Disk([.. _before, _entry], Begun)))!;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(failure.Reason, Is.EqualTo(ConsensusFailure.InvalidConfiguration));
            Assert.That(failure.Message, Does.Contain($"{_group.First.Id}").And.Contain($"configured is {other.Id}").And.Contain("other members, keys, operators, or another protocol"));
        }
    }

    [Test]
    public void Epochs_that_do_not_follow_each_other_are_corrupt()
    {
        var sibling = Group.Ending(_group.First, EpochProtocol.HotStuff).Next;
        var third = _group.Beginning(sibling);

        var failure = Assert.Throws<ConsensusException>(() => Found(Group.Disk([.. _before, _entry], Begun, (EpochSlots.Beginning(new Epoch(2)), EpochSlots.BeginningValue(third)))))!;

        Assert.That(failure.Reason, Is.EqualTo(ConsensusFailure.StorageCorrupt));
        Assert.That(failure.Message, Does.Contain("Epoch 2 of the log does not follow epoch 1"));
    }

    private static (ulong, byte[]) Slot(ulong epoch, ulong slot) => (EpochSlots.OfEngine(new Epoch(epoch), slot), [(byte)epoch]);

    private RecoveredEpochs Found(RecoveredState disk) => new(_group.First, disk);
}
