using Consensus.Engine;
using Consensus.Simulation.Disk;
using Consensus.Storage.Snapshots;
using Consensus.Storage.Tests.Files;

namespace Consensus.Storage.Tests.Snapshots;

public sealed class SnapshotStoreTests
{
    private readonly ManualTime _time = new();
    private SimulatedDisk _disk = Disks.New();
    private SnapshotStore _store = null!;

    [SetUp]
    public void OpenEmpty()
    {
        _disk = Disks.New();
        _store = Open(2);
    }

    [TearDown]
    public void Close() => _store.Dispose();

    [Test]
    public void An_empty_folder_has_no_snapshot() => Assert.That(_store.Latest, Is.Null);

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(262_144)]
    [TestCase(1_000_003)]
    public void A_saved_snapshot_is_read_back_before_and_after_a_restart(int length)
    {
        var state = Samples.Bytes(length, length);
        var saved = _store.Save(Samples.Draft(10), stream => WriteInPieces(stream, state));

        Assert.That(saved, Is.EqualTo(Samples.Described(10, state)));
        Assert.That(Samples.ReadAll(_store.Open(saved)).AsSpan().SequenceEqual(state), Is.True);

        _store.Dispose();
        _store = Open(2);
        Assert.That(_store.Latest, Is.EqualTo(saved));
        Assert.That(_store.Damaged, Is.Empty);
        Assert.That(Samples.ReadAll(_store.Open(saved)).AsSpan().SequenceEqual(state), Is.True);
    }

    [Test]
    public void The_newest_is_the_one_with_the_highest_index_and_as_many_as_retained_are_kept()
    {
        foreach (var index in new ulong[] { 9, 10, 100 })
        {
            Save(index);
        }

        Assert.That(_store.Latest!.Position.Index, Is.EqualTo(new LogIndex(100)));
        Assert.That(Indexes(), Is.EqualTo(new ulong[] { 10, 100 }));
    }

    [Test]
    public void What_is_kept_stays_however_many_newer_ones_come()
    {
        var kept = Save(9);
        _store.Keep([kept]);
        foreach (var index in new ulong[] { 10, 11, 12, 13 })
        {
            Save(index);
        }

        Assert.That(Indexes(), Is.EqualTo(new ulong[] { 9, 12, 13 }));
        Assert.That(_store.Older.Select(older => older.Position.Index.Value), Is.EqualTo(new ulong[] { 9, 12 }));
        _store.Keep([]);
        Assert.That(Indexes(), Is.EqualTo(new ulong[] { 12, 13 }));
    }

    [Test]
    public void Each_part_is_proven_against_the_checksum()
    {
        var state = Samples.Bytes(100_000, 3);
        var saved = _store.Save(Samples.Draft(10), stream => stream.Write(state));

        for (var offset = 0; offset < state.Length; offset += 16_384)
        {
            var part = _store.ReadChunk(saved, offset, 16_384);
            Assert.That(Cryptography.Blake3Outline.Verify(saved.Checksum, saved.Length, offset, part.Span, _store.Prove(saved, offset, 16_384).Span), Is.True, $"at {offset}");
        }

        Assert.That(_store.Prove(saved, 100, 16_384).IsEmpty, Is.True, "no part begins there");
        Assert.That(_store.Prove(Samples.Described(11, state), 0, 16_384).IsEmpty, Is.True, "not stored");
    }

    [Test]
    public void The_order_of_names_is_the_order_of_positions()
    {
        Save(9);
        Save(10);
        _store.Dispose();
        _store = Open(2);
        Assert.That(_store.Latest!.Position.Index, Is.EqualTo(new LogIndex(10)));
    }

    [Test]
    public void A_snapshot_of_the_same_state_is_not_written_twice()
    {
        var first = Save(10);
        var second = _store.Save(Samples.Draft(10), _ => Assert.Fail("It is stored already."));
        Assert.That(second, Is.EqualTo(first));
    }

    [Test]
    public void A_snapshot_that_is_being_read_is_deleted_only_after_its_reader_has_finished()
    {
        var state = Samples.Bytes(300_000, 1);
        var read = _store.Save(Samples.Draft(1), stream => stream.Write(state));
        var stream = _store.Open(read);
        Save(2);
        Save(3);
        Assert.That(Indexes(), Is.EqualTo(new ulong[] { 1, 2, 3 }));

        Assert.That(Samples.ReadAll(stream), Is.EqualTo(state));
        Assert.That(Indexes(), Is.EqualTo(new ulong[] { 2, 3 }));
    }

    [Test]
    public void A_snapshot_on_its_way_to_a_peer_outlives_newer_ones_until_the_peer_pauses_too_long()
    {
        var state = Samples.Bytes(1000, 1);
        var sent = _store.Save(Samples.Draft(1), stream => stream.Write(state));
        Assert.That(_store.ReadChunk(sent, 0, 600).ToArray(), Is.EqualTo(state[..600]));
        Save(2);
        Save(3);
        _time.Advance(TimeSpan.FromSeconds(50));
        Assert.That(_store.ReadChunk(sent, 600, 600).ToArray(), Is.EqualTo(state[600..]));
        _time.Advance(TimeSpan.FromSeconds(50));
        Save(4);
        Assert.That(Indexes(), Is.EqualTo(new ulong[] { 1, 3, 4 }));

        _time.Advance(TimeSpan.FromSeconds(61));
        Save(5);
        Assert.That(Indexes(), Is.EqualTo(new ulong[] { 4, 5 }));
        Assert.That(_store.ReadChunk(sent, 0, 600).IsEmpty, Is.True);
        Assert.That(_disk.OpenFiles, Is.Zero);
    }

    [Test]
    public void Transfers_that_were_broken_off_keep_at_most_four_files()
    {
        for (ulong index = 1; index <= 12; index++)
        {
            _ = _store.ReadChunk(Save(index), 0, 10);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.That(Indexes(), Has.Length.LessThanOrEqualTo(6));
        Assert.That(_disk.OpenFiles, Is.EqualTo(4));
    }

    [Test]
    public void Parts_of_what_is_not_there_are_empty()
    {
        var saved = Save(5);
        Assert.That(_store.ReadChunk(Samples.Draft(6), 0, 10).IsEmpty, Is.True);
        Assert.That(_store.ReadChunk(saved, saved.Length, 10).IsEmpty, Is.True);
        Assert.That(_store.ReadChunk(saved, -1, 10).IsEmpty, Is.True);
        Assert.That(_store.ReadChunk(saved, long.MaxValue, 10).IsEmpty, Is.True);
        Assert.That(_store.ReadChunk(saved, 0, 0).IsEmpty, Is.True);
    }

    [Test]
    public void A_second_transfer_of_a_damaged_snapshot_finds_the_damage_instead_of_sending_it_for_ever()
    {
        var saved = Save(5);
        Damage(PathOf(5), bytes => Flip(bytes, bytes.Length - 1));
        Assert.That(_store.ReadChunk(saved, 0, int.MaxValue).Length, Is.EqualTo(saved.Length));
        var thrown = Assert.Throws<SnapshotDamagedException>(() => _store.ReadChunk(saved, 0, int.MaxValue));
        Assert.That(thrown!.Message, Does.Contain(PathOf(5)).And.Contain("checksum"));
        AssertSetAside(saved);
    }

    [Test]
    public void A_part_that_is_missing_sets_the_snapshot_aside()
    {
        var saved = Save(5);
        Damage(PathOf(5), bytes => bytes[..^10]);
        Assert.That(() => _store.ReadChunk(saved, 0, int.MaxValue), Throws.TypeOf<SnapshotDamagedException>().With.Message.Contains(PathOf(5)));
        AssertSetAside(saved);
    }

    [Test]
    public void A_part_that_the_disk_cannot_read_sets_the_snapshot_aside_and_the_next_one_takes_its_place()
    {
        var saved = Save(5);
        _disk.FailsReads = true;
        var thrown = Assert.Throws<SnapshotDamagedException>(() => _store.ReadChunk(saved, 0, 10));
        Assert.That(thrown!.Message, Does.Contain(PathOf(5)).And.Contain("read error"));
        _disk.FailsReads = false;
        AssertSetAside(saved);

        var again = Save(5);
        Assert.That(_store.ReadChunk(again, 0, int.MaxValue).Length, Is.EqualTo(again.Length));
        Assert.That(_store.Latest, Is.EqualTo(again));
    }

    [Test]
    public void A_second_transfer_of_a_whole_snapshot_is_served()
    {
        var saved = Save(5);
        for (var i = 0; i < 3; i++)
        {
            Assert.That(_store.ReadChunk(saved, 0, int.MaxValue).Length, Is.EqualTo(saved.Length));
        }
    }

    [Test]
    public void Opening_verifies_the_checksum()
    {
        var saved = Save(5);
        Damage(PathOf(5), bytes => Flip(bytes, bytes.Length - 1));
        var thrown = Assert.Throws<ConsensusException>(() => _store.Open(saved));
        Assert.That(thrown!.Reason, Is.EqualTo(ConsensusFailure.StorageCorrupt));
        Assert.That(thrown.Message, Does.Contain(PathOf(5)).And.Contain("checksum"));
        Assert.That(_disk.OpenFiles, Is.Zero);
    }

    [Test]
    public void Opening_what_is_not_stored_says_what_is()
    {
        Save(5);
        var thrown = Assert.Throws<ConsensusException>(() => _store.Open(Samples.Draft(6)));
        Assert.That(thrown!.Reason, Is.EqualTo(ConsensusFailure.StorageCorrupt));
        Assert.That(thrown.Message, Does.Contain("entry 6").And.Contain("entry 5"));
    }

    [TestCase(0)]
    [TestCase(9)]
    [TestCase(20)]
    [TestCase(100)]
    [TestCase(-1)]
    public void A_damaged_newest_snapshot_gives_way_to_the_one_before_and_is_reported(int place)
    {
        var older = Save(5);
        Save(6);
        var damaged = PathOf(6);
        _store.Dispose();
        Damage(damaged, bytes => Flip(bytes, place < 0 ? bytes.Length + place : place));

        _store = Open(2);
        Assert.That(_store.Latest, Is.EqualTo(older));
        Assert.That(_store.Damaged, Has.Count.EqualTo(1));
        Assert.That(_store.Damaged[0].Index, Is.EqualTo(new LogIndex(6)));
        Assert.That(_store.Damaged[0].Path, Is.EqualTo(damaged));
        Assert.That(_disk.Paths, Does.Contain(damaged), "the evidence stays until there is something better");

        Save(7);
        Assert.That(_disk.Paths, Does.Not.Contain(damaged));
    }

    [Test]
    public void A_snapshot_that_is_cut_off_or_has_grown_is_damaged()
    {
        foreach (var change in new Func<byte[], byte[]>[] { bytes => bytes[..^1], bytes => [.. bytes, 0], bytes => bytes[..3], _ => [] })
        {
            OpenEmpty();
            Save(6);
            _store.Dispose();
            _disk.Put(PathOf(6), change(_disk.Read(PathOf(6))));
            _store = Open(2);
            Assert.That(_store.Latest, Is.Null);
            Assert.That(_store.Damaged, Has.Count.EqualTo(1));
        }
    }

    [Test]
    public void A_snapshot_under_another_snapshots_name_is_damaged()
    {
        Save(6);
        var content = _disk.Read(PathOf(6));
        _disk.Put(PathOf(6).Replace("06-", "08-", StringComparison.Ordinal), content);
        _store.Dispose();
        _store = Open(2);
        Assert.That(_store.Latest!.Position.Index, Is.EqualTo(new LogIndex(6)));
        Assert.That(_store.Damaged[0].Problem, Does.Contain("name"));
    }

    [Test]
    public void A_snapshot_of_another_cluster_is_refused()
    {
        Save(6);
        _store.Dispose();
        var other = new ClusterId(Guid.Empty);
        var thrown = Assert.Throws<ConsensusException>(() => SnapshotStore.Open(_disk, Samples.Directory, other, new SnapshotStoreOptions()));
        Assert.That(thrown!.Reason, Is.EqualTo(ConsensusFailure.StorageForeign));
        Assert.That(thrown.Message, Does.Contain(Samples.Cluster.ToString()).And.Contain(other.ToString()));
    }

    [Test]
    public void Leftovers_are_removed_and_strangers_files_are_left_alone()
    {
        _store.Dispose();
        _disk.Put(Path.Join(Samples.Directory, "writing.partial"), [1]);
        _disk.Put(Path.Join(Samples.Directory, "receiving.partial"), [1]);
        _disk.Put(Path.Join(Samples.Directory, "notes.txt"), [1]);
        _store = Open(2);
        Assert.That(_disk.Paths, Is.EqualTo(new[] { Path.Join(Samples.Directory, "notes.txt") }));
    }

    [Test]
    public void A_full_disk_while_saving_changes_nothing()
    {
        var saved = Save(5);
        var before = _disk.Paths.ToArray();
        _disk.Capacity = 2000;
        Assert.Throws<SnapshotSpaceException>(() => _store.Save(Samples.Draft(6), stream => stream.Write(Samples.Bytes(100_000, 1))));
        Assert.That(_disk.Paths, Is.EqualTo(before));
        Assert.That(_store.Latest, Is.EqualTo(saved));

        _disk.Capacity = long.MaxValue;
        Assert.That(Save(6), Is.EqualTo(_store.Latest));
    }

    [Test]
    public void A_state_that_hides_the_failure_of_its_stream_does_not_get_a_snapshot()
    {
        _disk.Capacity = 2000;
        Assert.Throws<SnapshotSpaceException>(() => _store.Save(Samples.Draft(6), stream =>
        {
            try
            {
                stream.Write(Samples.Bytes(300_000, 1));
            }
            catch (IOException)
            {
                stream.Write([1]);
            }
        }));
        Assert.That(_store.Latest, Is.Null);
    }

    [Test]
    public void A_state_that_throws_leaves_nothing_behind()
    {
        Assert.Throws<InvalidOperationException>(() => _store.Save(Samples.Draft(6), _ => throw new InvalidOperationException()));
        Assert.That(_disk.Paths, Is.Empty);
        Assert.That(_disk.OpenFiles, Is.Zero);
        Assert.That(Save(6), Is.EqualTo(_store.Latest));
    }

    [Test]
    public void A_failing_flush_is_fatal()
    {
        _disk.FailsNextFlush = true;
        var thrown = Assert.Throws<ConsensusException>(() => Save(6));
        Assert.That(thrown!.Reason, Is.EqualTo(ConsensusFailure.StorageFailed));
        Assert.That(_store.Latest, Is.Null);
    }

    [Test]
    public void Options_out_of_range_are_all_reported()
    {
        var thrown = Assert.Throws<ConsensusException>(
            () => SnapshotStore.Open(_disk, Samples.Directory, Samples.Cluster, new SnapshotStoreOptions(0) { TransferPauseMax = TimeSpan.FromSeconds(-1) }));
        Assert.That(thrown!.Reason, Is.EqualTo(ConsensusFailure.InvalidConfiguration));
        Assert.That(thrown.Message, Does.Contain("Retained").And.Contain("TransferPauseMax"));
    }

    private void Damage(string path, Func<byte[], byte[]> change) => _disk.Put(path, change(_disk.Read(path)));

    private static byte[] Flip(byte[] bytes, int place)
    {
        bytes[place] ^= 0x10;
        return bytes;
    }

    private static void WriteInPieces(Stream stream, ReadOnlySpan<byte> state)
    {
        for (var size = 1; !state.IsEmpty; size = (size * 3) + 1)
        {
            var piece = state[..Math.Min(size, state.Length)];
            stream.Write(piece);
            state = state[piece.Length..];
        }
    }

    private SnapshotStore Open(int retained) =>
        SnapshotStore.Open(_disk, Samples.Directory, Samples.Cluster, new SnapshotStoreOptions(retained) { Time = _time });

    private void AssertSetAside(SnapshotDescriptor snapshot)
    {
        Assert.That(_store.Latest, Is.Null);
        Assert.That(_store.ReadChunk(snapshot, 0, int.MaxValue).IsEmpty, Is.True, "it is no longer stored");
        Assert.That(_disk.OpenFiles, Is.Zero);
    }

    private SnapshotDescriptor Save(ulong index) =>
        _store.Save(Samples.Draft(index), stream => stream.Write(Samples.Bytes(500, (int)index)));

    private string PathOf(ulong index) => _disk.Paths.Single(name => Path.GetFileName(name).StartsWith($"{index:D20}-", StringComparison.Ordinal));

    private ulong[] Indexes() => [.. _disk.Paths.Select(name => ulong.Parse(Path.GetFileName(name).AsSpan(0, 20)))];
}
