using Consensus.Engine;
using Consensus.Simulation.Disk;
using Consensus.Storage.Reconciliation;
using Consensus.Storage.Tests.Files;
using Consensus.Storage.Tests.Snapshots;

namespace Consensus.Storage.Tests.Replica;

/// <summary>Each row of the table, found in a folder.</summary>
public sealed class ReconciliationTests
{
    private SimulatedDisk _disk = Disks.New();
    private Folder _folder = new(Disks.New());

    [SetUp]
    public void Create()
    {
        _disk = Disks.New();
        _folder = new Folder(_disk);
        Folder.Create(_disk);
    }

    [Test]
    public void A_log_without_a_snapshot_is_replayed()
    {
        Fill(storage => _folder.Append(storage.Log, 5));
        Opens(ReconciliationCase.LogAlone, LogPosition.Origin, snapshot: null, entries: 5);
    }

    [Test]
    public void Without_a_whole_snapshot_a_log_from_the_first_entry_on_is_replayed()
    {
        Fill(storage =>
        {
            _folder.Append(storage.Log, 5);
            Folder.Save(storage.Snapshots, _folder.At(3));
        });
        _folder.DamageSnapshot(3);
        Opens(ReconciliationCase.FellBackToLog, LogPosition.Origin, snapshot: null, entries: 5);
    }

    [TestCase(1)]
    [TestCase(3)]
    [TestCase(5)]
    public void Entries_after_the_snapshot_are_kept(int index)
    {
        Fill(storage =>
        {
            _folder.Append(storage.Log, 5);
            Folder.Save(storage.Snapshots, _folder.At((ulong)index));
        });
        Opens(ReconciliationCase.SnapshotAndLog, LogPosition.Origin, snapshot: (ulong)index, entries: 5);
    }

    [Test]
    public void A_log_that_begins_at_the_snapshot_goes_on_from_it()
    {
        Fill(storage =>
        {
            _folder.Skip(10);
            Folder.Receive(storage.Snapshots, _folder.Last);
            Folder.Rebase(storage.Log, _folder.Last);
            _folder.Append(storage.Log, 2);
        });
        Opens(ReconciliationCase.SnapshotAndLog, _folder.At(10), snapshot: 10, entries: 2);
    }

    [Test]
    public void A_damaged_newest_snapshot_is_no_loss_if_the_log_goes_on_from_an_older_one()
    {
        Fill(storage =>
        {
            _folder.Append(storage.Log, 9);
            Folder.Save(storage.Snapshots, _folder.At(3));
            Folder.Save(storage.Snapshots, _folder.At(6));
        });
        _folder.DamageSnapshot(6);
        Opens(ReconciliationCase.FellBackToOlderSnapshot, LogPosition.Origin, snapshot: 3, entries: 9);
    }

    [Test]
    public void A_snapshot_beyond_the_end_of_the_log_replaces_it()
    {
        Fill(storage =>
        {
            _folder.Append(storage.Log, 4);
            SaveSlot(storage);
            _folder.Skip(10);
            Folder.Receive(storage.Snapshots, _folder.Last);
        });
        OpensRebased(ReconciliationCase.SnapshotAhead, 14);
    }

    [Test]
    public void A_snapshot_that_contradicts_entries_of_the_log_replaces_it()
    {
        var other = new Folder(_disk);
        Fill(storage =>
        {
            _folder.Append(storage.Log, 4);
            SaveSlot(storage);
            other.Skip(4, term: 2);
            Folder.Receive(storage.Snapshots, other.At(3));
        });
        _folder = other;
        OpensRebased(ReconciliationCase.SnapshotReplacesLog, 3);
    }

    [Test]
    public void A_log_that_begins_after_a_snapshot_that_is_missing_is_refused()
    {
        Fill(Install10);
        _folder.DeleteSnapshot(10);
        Refuses("after entry 10", "snapshots", "new node id");
    }

    [Test]
    public void A_log_that_begins_after_a_damaged_snapshot_is_refused()
    {
        Fill(Install10);
        _folder.DamageSnapshot(10);
        Refuses("after entry 10", _folder.SnapshotPath(10), "checksum", "new node id");
    }

    [Test]
    public void A_log_that_begins_after_a_damaged_snapshot_is_refused_even_if_there_is_an_older_one()
    {
        Fill(storage =>
        {
            _folder.Append(storage.Log, 4);
            Folder.Save(storage.Snapshots, _folder.At(4));
            Install10(storage);
        });
        _folder.DamageSnapshot(_folder.Last.Index.Value - 1);
        Refuses("covers entry 4", _folder.SnapshotPath(14), "new node id");
    }

    [Test]
    public void A_log_that_begins_after_the_newest_snapshot_is_refused()
    {
        Fill(storage =>
        {
            _folder.Append(storage.Log, 4);
            Folder.Save(storage.Snapshots, _folder.At(4));
            Install10(storage);
        });
        _folder.DeleteSnapshot(14);
        Refuses("after entry 14", "covers entry 4", "new node id");
    }

    [Test]
    public void A_snapshot_with_another_history_at_the_point_where_the_log_begins_is_refused()
    {
        var other = Samples.Digest("another history");
        Fill(storage =>
        {
            Install10(storage);
            _folder.DeleteSnapshot(10);
            Folder.Save(storage.Snapshots, _folder.At(10) with { Chain = other });
        });
        Refuses("after entry 10", $"{other}", $"{_folder.At(10).Chain}", "one copy");
    }

    private static void SaveSlot(ReplicaStorage storage)
    {
        storage.Log.Stage(new LogRecord(LogRecordKind.Slot, storage.Log.LastStaged.Next, default, 1, new byte[] { 1, 2, 3 }));
        storage.Log.Persist(storage.Log.TakeBatch()!);
    }

    private void Install10(ReplicaStorage storage)
    {
        _folder.Skip(10);
        Folder.Receive(storage.Snapshots, _folder.Last);
        Folder.Rebase(storage.Log, _folder.Last);
        _folder.Append(storage.Log, 1);
    }

    private void Fill(Action<ReplicaStorage> work)
    {
        using var storage = Folder.Open(_disk);
        work(storage);
    }

    private void Opens(ReconciliationCase found, LogPosition logBase, ulong? snapshot, int entries)
    {
        // Twice: opening changes nothing that decides the case.
        for (var i = 0; i < 2; i++)
        {
            using var storage = Folder.Open(_disk);
            Assert.That(storage.Found, Is.EqualTo(found));
            Assert.That(storage.Recovered.Base, Is.EqualTo(logBase));
            Assert.That(storage.Recovered.Snapshot?.Position.Index.Value, Is.EqualTo(snapshot));
            Assert.That(storage.Recovered.Entries, Has.Count.EqualTo(entries));
            Assert.That(storage.Recovered.LastLsn, Is.EqualTo(storage.Log.LastStaged));
        }
    }

    private void OpensRebased(ReconciliationCase found, ulong index)
    {
        using (var storage = Folder.Open(_disk))
        {
            Assert.That(storage.Found, Is.EqualTo(found));
            AssertBegins(storage);
            Assert.That(storage.Recovered.Entries, Is.Empty);
        }

        // What was decided once is durable, and the log goes on from there.
        using (var storage = Folder.Open(_disk))
        {
            Assert.That(storage.Found, Is.EqualTo(ReconciliationCase.SnapshotAndLog));
            AssertBegins(storage);
            Assert.That(storage.Recovered.Entries, Is.Empty);
            _folder.Rewind(index);
            _folder.Append(storage.Log, 2, term: 3);
        }

        using (var storage = Folder.Open(_disk))
        {
            AssertBegins(storage);
            Assert.That(storage.Recovered.Entries, Has.Count.EqualTo(2));
        }

        void AssertBegins(ReplicaStorage storage)
        {
            Assert.That(storage.Recovered.Base, Is.EqualTo(_folder.At(index)));
            Assert.That(storage.Recovered.Snapshot!.Position, Is.EqualTo(_folder.At(index)));
            Assert.That(storage.Recovered.Slots[1].ToArray(), Is.EqualTo(new byte[] { 1, 2, 3 }), "term and vote survive");
            Assert.That(storage.Recovered.LastLsn, Is.EqualTo(storage.Log.LastStaged));
            Assert.That(Samples.ReadAll(storage.Snapshots.Open(storage.Recovered.Snapshot)), Is.EqualTo(Folder.State(index)));
        }
    }

    private void Refuses(params string[] parts)
    {
        var before = _disk.Paths.ToList();
        var thrown = Assert.Throws<ConsensusException>(() => Folder.Open(_disk));
        Assert.That(thrown!.Reason, Is.EqualTo(ConsensusFailure.StorageCorrupt));
        foreach (var part in parts)
        {
            Assert.That(thrown.Message, Does.Contain(part));
        }

        Assert.That(_disk.Paths, Is.EqualTo(before), "a refusal leaves everything as it was");
        Assert.That(_disk.OpenFiles, Is.Zero);
    }
}
