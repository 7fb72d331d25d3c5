using Consensus.Engine;
using Consensus.Simulation.Disk;
using Consensus.Storage.Files;
using Consensus.Storage.Snapshots;
using Consensus.Storage.Tests.Files;

namespace Consensus.Storage.Tests.Snapshots;

public sealed class SnapshotTransferTests
{
    private readonly byte[] _state = Samples.Bytes(1000, 7);
    private SimulatedDisk _disk = Disks.New();
    private SnapshotStore _store = null!;
    private SnapshotDescriptor _snapshot = null!;

    [SetUp]
    public void OpenEmpty()
    {
        _disk = Disks.New();
        _store = Open();
        _snapshot = Samples.Described(50, _state);
    }

    [TearDown]
    public void Close() => _store.Dispose();

    [Test]
    public void Parts_in_order_become_the_latest_snapshot()
    {
        Assert.That(_store.StoreChunk(_snapshot, 0, _state.AsSpan(0, 400)), Is.EqualTo((400L, false)));
        Assert.That(_store.StoreChunk(_snapshot, 400, _state.AsSpan(400, 400)), Is.EqualTo((800L, false)));
        Assert.That(_store.Latest, Is.Null);
        Assert.That(_store.StoreChunk(_snapshot, 800, _state.AsSpan(800)), Is.EqualTo((1000L, true)));
        Assert.That(_store.Latest, Is.EqualTo(_snapshot));
        Assert.That(Samples.ReadAll(_store.Open(_snapshot)), Is.EqualTo(_state));

        _store.Dispose();
        Assert.That(_disk.OpenFiles, Is.Zero);
        _store = Open();
        Assert.That(_store.Latest, Is.EqualTo(_snapshot));
    }

    [Test]
    public void From_one_store_to_another_nothing_changes()
    {
        var source = SnapshotStore.Open(Disks.New(), Samples.Directory, Samples.Cluster, new SnapshotStoreOptions());
        var saved = source.Save(Samples.Draft(50), stream => stream.Write(_state));
        var next = 0L;
        for (var isComplete = false; !isComplete;)
        {
            (next, isComplete) = _store.StoreChunk(saved, next, source.ReadChunk(saved, next, 77).Span);
        }

        Assert.That(Samples.ReadAll(_store.Open(saved)), Is.EqualTo(_state));
    }

    [Test]
    public void Parts_that_do_not_continue_what_is_there_are_ignored()
    {
        _store.StoreChunk(_snapshot, 0, _state.AsSpan(0, 400));
        Assert.That(_store.StoreChunk(_snapshot, 0, _state.AsSpan(0, 400)), Is.EqualTo((400L, false)), "repeated");
        Assert.That(_store.StoreChunk(_snapshot, 200, _state.AsSpan(200, 400)), Is.EqualTo((400L, false)), "overlapping");
        Assert.That(_store.StoreChunk(_snapshot, 600, _state.AsSpan(600)), Is.EqualTo((400L, false)), "leaves a gap");
        Assert.That(_store.StoreChunk(_snapshot, -1, _state.AsSpan(0, 400)), Is.EqualTo((400L, false)), "before the beginning");
        Assert.That(_store.StoreChunk(_snapshot, long.MaxValue, _state.AsSpan(0, 400)), Is.EqualTo((400L, false)), "far away");
        Assert.That(_store.StoreChunk(_snapshot, 400, Samples.Bytes(601, 1)), Is.EqualTo((400L, false)), "longer than announced");
        Assert.That(_store.StoreChunk(_snapshot, 400, []), Is.EqualTo((400L, false)), "empty");
        Assert.That(_store.StoreChunk(_snapshot, 400, _state.AsSpan(400)), Is.EqualTo((1000L, true)));
        Assert.That(Samples.ReadAll(_store.Open(_snapshot)), Is.EqualTo(_state));
    }

    [Test]
    public void Descriptors_that_make_no_sense_are_ignored()
    {
        Assert.That(_store.StoreChunk(_snapshot with { Length = -1 }, 0, []), Is.EqualTo((0L, false)));
        Assert.That(_store.StoreChunk(_snapshot with { Length = 10 }, 0, _state), Is.EqualTo((0L, false)));
        Assert.That(_store.StoreChunk(_snapshot with { Position = LogPosition.Origin }, 0, _state), Is.EqualTo((0L, false)));
        Assert.That(_disk.Paths, Is.Empty);
    }

    [Test]
    public void An_empty_state_is_complete_with_its_first_part()
    {
        var empty = Samples.Described(50, []);
        Assert.That(_store.StoreChunk(empty, 0, []), Is.EqualTo((0L, true)));
        Assert.That(Samples.ReadAll(_store.Open(empty)), Is.Empty);
    }

    [Test]
    public void Another_snapshot_starts_over_with_its_first_part_and_with_no_other()
    {
        _store.StoreChunk(_snapshot, 0, _state.AsSpan(0, 400));
        var newerState = Samples.Bytes(800, 8);
        var newer = Samples.Described(60, newerState);
        Assert.That(_store.StoreChunk(newer, 400, newerState.AsSpan(400)), Is.EqualTo((0L, false)));
        Assert.That(_store.StoreChunk(_snapshot, 400, _state.AsSpan(400, 100)), Is.EqualTo((500L, false)), "what was there is still there");

        Assert.That(_store.StoreChunk(newer, 0, newerState.AsSpan(0, 400)), Is.EqualTo((400L, false)));
        Assert.That(_store.StoreChunk(_snapshot, 500, _state.AsSpan(500)), Is.EqualTo((0L, false)));
        Assert.That(_store.StoreChunk(newer, 400, newerState.AsSpan(400)), Is.EqualTo((800L, true)));
        Assert.That(Samples.ReadAll(_store.Open(newer)), Is.EqualTo(newerState));
    }

    [Test]
    public void A_part_of_a_complete_snapshot_is_answered_as_complete()
    {
        _store.StoreChunk(_snapshot, 0, _state);
        Assert.That(_store.StoreChunk(_snapshot, 0, _state), Is.EqualTo((1000L, true)));
        Assert.That(_store.StoreChunk(_snapshot, 800, _state.AsSpan(800)), Is.EqualTo((1000L, true)));
    }

    [Test]
    public void A_wrong_checksum_starts_over()
    {
        var tampered = (byte[])_state.Clone();
        tampered[500] ^= 1;
        _store.StoreChunk(_snapshot, 0, tampered.AsSpan(0, 900));
        Assert.That(_store.StoreChunk(_snapshot, 900, tampered.AsSpan(900)), Is.EqualTo((0L, false)));
        Assert.That(_store.Latest, Is.Null);
        Assert.That(_disk.Paths, Is.Empty);
        Assert.That(_store.StoreChunk(_snapshot, 0, _state), Is.EqualTo((1000L, true)));
    }

    [Test]
    public void A_full_disk_keeps_what_was_stored()
    {
        _store.StoreChunk(_snapshot, 0, _state.AsSpan(0, 400));
        _disk.Capacity = 700;
        var thrown = Assert.Throws<SnapshotSpaceException>(() => _store.StoreChunk(_snapshot, 400, _state.AsSpan(400, 500)));
        Assert.That(thrown!.Message, Does.Contain(Samples.Directory).And.Contain("entry 50"));

        _disk.Capacity = long.MaxValue;
        Assert.That(_store.StoreChunk(_snapshot, 900, _state.AsSpan(900)), Is.EqualTo((400L, false)));
        Assert.That(_store.StoreChunk(_snapshot, 400, _state.AsSpan(400)), Is.EqualTo((1000L, true)));
        Assert.That(Samples.ReadAll(_store.Open(_snapshot)), Is.EqualTo(_state));
    }

    [Test]
    public void A_disk_that_is_full_for_the_new_name_lets_the_completion_be_tried_again()
    {
        _disk.Fails = (action, _) => action == DiskAction.Rename ? new DiskFullException("no space for a name") : null;
        Assert.Throws<SnapshotSpaceException>(() => _store.StoreChunk(_snapshot, 0, _state));
        _disk.Fails = Disks.Succeeds;
        Assert.That(_store.StoreChunk(_snapshot, 0, _state), Is.EqualTo((1000L, true)));
        Assert.That(Samples.ReadAll(_store.Open(_snapshot)), Is.EqualTo(_state));
    }

    [Test]
    public void A_flush_that_finds_the_disk_full_is_not_trusted_again()
    {
        _disk.Fails = (action, _) => action == DiskAction.Flush ? new DiskFullException("no space for what was promised") : null;
        Assert.Throws<SnapshotSpaceException>(() => _store.StoreChunk(_snapshot, 0, _state));
        _disk.Fails = Disks.Succeeds;
        Assert.That(_store.StoreChunk(_snapshot, 900, _state.AsSpan(900)), Is.EqualTo((0L, false)));
        Assert.That(_store.StoreChunk(_snapshot, 0, _state), Is.EqualTo((1000L, true)));
    }

    [Test]
    public void A_received_snapshot_waits_for_its_installation_whatever_comes_after_it()
    {
        _store.StoreChunk(_snapshot, 0, _state);
        for (ulong index = 51; index < 56; index++)
        {
            var state = Samples.Bytes(100, (int)index);
            _store.StoreChunk(Samples.Described(index, state), 0, state);
        }

        Assert.That(Samples.ReadAll(_store.Open(_snapshot)), Is.EqualTo(_state));
        _store.Save(Samples.Draft(56), stream => stream.Write(_state));
        Assert.That(_disk.Paths.Count(), Is.EqualTo(2));
    }

    [Test]
    public async Task Reading_and_writing_at_once_do_not_disturb_each_other()
    {
        using var store = SnapshotStore.Open(new MemoryFileSystem(), Samples.Directory, Samples.Cluster, new SnapshotStoreOptions());
        store.Save(Samples.Draft(1), stream => stream.Write(StateAt(1)));
        var isWriting = true;
        var writer = Task.Run(() =>
        {
            for (ulong index = 2; index < 60; index++)
            {
                store.Save(Samples.Draft(index), stream => stream.Write(StateAt(index)));
            }

            Volatile.Write(ref isWriting, false);
        });
        var readers = Enumerable.Range(0, 4).Select(reader => Task.Run(() =>
        {
            for (var round = 0; round < 20 || Volatile.Read(ref isWriting); round++)
            {
                var latest = store.Latest!;
                var whole = StateAt(latest.Position.Index.Value);
                var part = store.ReadChunk(latest, reader * 10, 50).ToArray();
                Assert.That(part, Is.Empty.Or.EqualTo(whole[(reader * 10)..((reader * 10) + 50)]));
            }
        }));
        await Task.WhenAll(readers.Append(writer));
        Assert.That(store.Latest!.Position.Index, Is.EqualTo(new LogIndex(59)));

        static byte[] StateAt(ulong index) => Samples.Bytes(100, (int)index);
    }

    private SnapshotStore Open() => SnapshotStore.Open(_disk, Samples.Directory, Samples.Cluster, new SnapshotStoreOptions());
}
