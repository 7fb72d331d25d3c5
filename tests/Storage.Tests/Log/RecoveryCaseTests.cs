using System.Buffers.Binary;
using Consensus.Simulation.Disk;
using Consensus.Storage.Log;
using Consensus.Storage.Tests.Files;

namespace Consensus.Storage.Tests.Log;

/// <summary>Each row of the recovery table on a real log.</summary>
public sealed class RecoveryCaseTests
{
    private SimulatedDisk _disk = null!;
    private LogRun _run = null!;

    [SetUp]
    public void Three_written_segments_and_a_spare()
    {
        _disk = Disks.New();
        _run = new LogRun(_disk);
        _run.Entries(3, 700).Slot(1, "one").Persist().Entry(400).Persist();
        _run.Entries(3, 800).Persist().Entry(100).Persist();
        _run.Entries(2, 800).Persist().Entry(100).Persist().Entry(100).Persist();
        Assert.That(_disk.Paths.Count(), Is.EqualTo(4));
        _disk = _disk.Copy();
    }

    [TearDown]
    public void Close() => _run.Dispose();

    [Test]
    public void Whole_segments_and_an_unused_one_open() => AssertOpens(_run.Model);

    [Test]
    public void A_torn_tail_is_cut_and_the_log_opens()
    {
        var last = Last(PathOf(3));
        Write(PathOf(3), last + 60, 0xff);
        var recovered = AssertOpens(_run.Acknowledged[^2].State);
        Assert.Multiple(() =>
        {
            Assert.That(recovered.Torn?.Path, Is.EqualTo(PathOf(3)));
            Assert.That(recovered.Torn?.Offset, Is.EqualTo(last));
            Assert.That(recovered.Torn?.Length, Is.GreaterThan(100));
            Assert.That(_disk.Read(PathOf(3)).AsSpan((int)last + BatchHeader.Bytes, 512 - BatchHeader.Bytes).ContainsAnyExcept((byte)0), Is.False, "the cut is on the disk, behind the mark");
        });
        AssertOpens(_run.Acknowledged[^2].State);
    }

    [Test]
    public void A_torn_first_batch_of_a_segment_is_cut_and_the_segment_is_used_again()
    {
        var path = PathOf(4);
        Write(path, 512, 0x11);
        Write(path, 3000, 0x22);
        Assert.That(AssertOpens(_run.Model).Torn?.Path, Is.EqualTo(path));
    }

    [Test]
    public void An_unfinished_creation_is_removed([Values(0, 100, 512, 4096)] int length)
    {
        _disk.Put(PathOf(4), new byte[length]);
        AssertOpens(_run.Model);
        Assert.That(_disk.Read(PathOf(4)), Has.Length.EqualTo(4096), "it was created again");
    }

    [Test]
    public void A_torn_header_of_the_newest_segment_is_an_unfinished_creation()
    {
        Write(PathOf(4), 30, 0xee);
        AssertOpens(_run.Model);
    }

    [Test]
    public void A_damaged_batch_before_a_later_one_is_refused()
    {
        var offset = Last(PathOf(3)) - 300;
        Write(PathOf(3), offset, (byte)~_disk.Read(PathOf(3))[offset]);
        AssertRefused("damage in the middle", PathOf(3), ConsensusFailure.StorageCorrupt);
    }

    [Test]
    public void A_batch_that_went_astray_over_the_one_before_it_is_refused()
    {
        var (path, last) = (PathOf(3), (int)Last(PathOf(3)));
        var bytes = _disk.Read(path);
        bytes.AsSpan(last, BatchHeader.Alignment).CopyTo(bytes.AsSpan(last - BatchHeader.Alignment));
        bytes.AsSpan(last, BatchHeader.Alignment).Clear();
        _disk.Put(path, bytes);
        AssertRefused("damage in the middle", path, ConsensusFailure.StorageCorrupt);
    }

    [Test]
    public void A_hole_of_zeros_before_a_later_batch_is_refused()
    {
        var bytes = _disk.Read(PathOf(3));
        bytes.AsSpan(512, (int)Last(PathOf(3)) - 512).Clear();
        _disk.Put(PathOf(3), bytes);
        AssertRefused("damage in the middle", PathOf(3), ConsensusFailure.StorageCorrupt);
    }

    [Test]
    public void A_mark_that_says_that_other_records_are_before_it_is_refused()
    {
        var bytes = _disk.Read(PathOf(3));
        var end = Last(PathOf(3)) + BatchHeader.Alignment;
        Assert.That(SegmentHeader.TryRead(bytes, out var segment), Is.True);
        new BatchHeader(segment.Salt, end, _run.Model.LastLsn.Next.Next, 0, 0).Write(bytes.AsSpan((int)end));
        _disk.Put(PathOf(3), bytes);
        var refusal = AssertRefused("damage in the middle", PathOf(3), ConsensusFailure.StorageCorrupt);
        Assert.That(refusal.Message, Does.Contain("a batch begins with record"));
    }

    [Test]
    public void A_damaged_end_of_an_older_segment_is_refused()
    {
        Write(PathOf(2), Last(PathOf(2)) + 50, 0x77);
        AssertRefused("damaged tail before a written segment", PathOf(2), ConsensusFailure.StorageCorrupt);
    }

    [Test]
    public void A_lost_batch_at_the_end_of_an_older_segment_is_refused()
    {
        var bytes = _disk.Read(PathOf(2));
        bytes.AsSpan((int)Last(PathOf(2))).Clear();
        _disk.Put(PathOf(2), bytes);
        AssertRefused("missing records", PathOf(3), ConsensusFailure.StorageCorrupt);
    }

    [Test]
    public void A_blank_segment_before_a_written_one_is_refused()
    {
        var bytes = _disk.Read(PathOf(2));
        bytes.AsSpan(512).Clear();
        _disk.Put(PathOf(2), bytes);
        AssertRefused("blank segment before a written one", PathOf(2), ConsensusFailure.StorageCorrupt);
    }

    [Test]
    public void A_missing_segment_is_refused([Values(2UL, 3UL)] ulong number)
    {
        _disk.Delete(PathOf(number));
        AssertRefused("missing segment", PathOf(number + 1), ConsensusFailure.StorageCorrupt);
    }

    [Test]
    public void A_log_whose_written_segments_are_gone_is_refused()
    {
        _disk.Delete(PathOf(1));
        _disk.Delete(PathOf(2));
        _disk.Delete(PathOf(3));
        AssertRefused("missing records", PathOf(4), ConsensusFailure.StorageCorrupt);
    }

    [Test]
    public void A_missing_first_segment_shows_in_the_base()
    {
        // Compaction may have deleted it: only whoever knows the snapshots can tell.
        _disk.Delete(PathOf(1));
        var (log, recovered) = LogRun.Open(_disk);
        log.Dispose();
        Assert.That(recovered.Base.Index, Is.EqualTo(new LogIndex(4)));
    }

    [Test]
    public void A_damaged_header_of_a_written_segment_is_refused([Values(1UL, 2UL, 3UL)] ulong number, [Values(0, 8, 20, 300, 511)] int offset)
    {
        Write(PathOf(number), offset, 0xa5);
        AssertRefused("incomplete segment with content", PathOf(number), ConsensusFailure.StorageCorrupt);
    }

    [Test]
    public void A_written_segment_that_was_cut_short_is_refused([Values(600, 2000, 4095)] int length)
    {
        _disk.Put(PathOf(3), _disk.Read(PathOf(3))[..length]);
        AssertRefused("incomplete segment with content", PathOf(3), ConsensusFailure.StorageCorrupt);
    }

    [Test]
    public void A_segment_cut_down_to_its_header_before_others_is_refused()
    {
        _disk.Put(PathOf(2), _disk.Read(PathOf(2))[..512]);
        AssertRefused("incomplete segment before others", PathOf(2), ConsensusFailure.StorageCorrupt);
    }

    [Test]
    public void A_copy_under_another_name_is_refused()
    {
        _disk.Put(PathOf(4), _disk.Read(PathOf(3)));
        AssertRefused("file under another name", PathOf(4), ConsensusFailure.StorageCorrupt);
    }

    [Test]
    public void A_name_that_no_segment_has_is_refused([Values("3.wal", "00000000000000000000.wal", "copy of 00000000000000000003.wal", "0000000000000000000x.wal")] string name)
    {
        var path = $"{LogRun.Folder}/{name}";
        _disk.Put(path, _disk.Read(PathOf(3)));
        Assert.That(() => LogRun.Open(_disk), Throws.TypeOf<ConsensusException>().With.Message.Contains(path));
    }

    [Test]
    public void Files_of_others_in_the_folder_do_not_matter()
    {
        _disk.Put($"{LogRun.Folder}/notes.txt", [1, 2, 3]);
        AssertOpens(_run.Model);
    }

    [Test]
    public void The_log_of_another_cluster_or_node_is_refused()
    {
        var otherNode = LogRun.Identity with { Node = new NodeId(2) };
        var otherCluster = LogRun.Identity with { Cluster = new ClusterId(Guid.Parse("ffffffff-0000-0000-0000-000000000001")) };
        foreach (var identity in new[] { otherNode, otherCluster })
        {
            var refusal = Assert.Throws<ConsensusException>(() => WriteAheadLog.Open(_disk, LogRun.Folder, identity, LogRun.OptionsWith(4096)));
            Assert.That(refusal!.Reason, Is.EqualTo(ConsensusFailure.StorageForeign));
            Assert.That(refusal.Message, Does.Contain("node 1 of cluster 00112233").And.Contains($"node {identity.Node} of cluster {identity.Cluster}"));
        }
    }

    [Test]
    public void A_newer_format_is_refused([Values(1UL, 2UL, 3UL, 4UL)] ulong number, [Values(2U, 0x0100_0001U, uint.MaxValue)] uint version)
    {
        var bytes = _disk.Read(PathOf(number));
        Assert.That(SegmentHeader.TryRead(bytes, out var header), Is.True);
        (header with { Version = version }).Write(bytes);
        _disk.Put(PathOf(number), bytes);
        var refusal = AssertRefused("newer format", PathOf(number), ConsensusFailure.StorageForeign);
        Assert.That(refusal.Message, Does.Contain($"written by a newer version of this program: its format version is {version}, this program reads up to 1. Upgrade this program."));
    }

    [Test]
    public void Of_a_newer_format_nothing_but_magic_and_version_is_known([Values(12, 100, 512, 4096)] int length, [Values(0, 0x5a)] byte rest)
    {
        // A shorter header, another checksum elsewhere, other batches: the newest segment would otherwise be taken for an unfinished one.
        var bytes = new byte[length];
        bytes.AsSpan().Fill(rest);
        "CONSWAL\0"u8.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), 7);
        _disk.Put(PathOf(4), bytes);
        AssertRefused("newer format", PathOf(4), ConsensusFailure.StorageForeign);
        Assert.That(_disk.Read(PathOf(4)), Is.EqualTo(bytes), "nothing was changed");
    }

    [Test]
    public void A_version_that_was_changed_under_a_checksum_of_this_version_is_damage([Values(1UL, 2UL, 3UL)] ulong number, [Values(8, 9, 10, 11)] int offset)
    {
        Write(PathOf(number), offset, 0x40);
        var refusal = AssertRefused("incomplete segment with content", PathOf(number), ConsensusFailure.StorageCorrupt);
        Assert.That(refusal.Message, Does.Contain("the segment's header is damaged: it gives format version ").And.Contain("but its checksum is right for 1"));
    }

    [Test]
    public void A_folder_without_a_log_is_refused() => Assert.That(
        () => LogRun.Open(Disks.New()),
        Throws.TypeOf<ConsensusException>().With.Property("Reason").EqualTo(ConsensusFailure.StorageCorrupt).And.Message.Contains("no write-ahead log"));

    [Test]
    public void Valid_checksums_over_a_broken_hash_chain_are_refused()
    {
        var record = _run.Model.NextEntry(10);
        _run.Stage(record with { Entry = record.Entry with { Time = new Timestamp(1) } }).Persist();
        _run.Log.Dispose();
        var refusal = Assert.Throws<ConsensusException>(() => _run.Reopen());
        Assert.That(refusal!.Message, Does.Contain(PathOf(3)).And.Contains("hash chain of entry 13"));
    }

    [Test]
    public void A_refused_log_is_left_as_it_is()
    {
        Write(PathOf(2), Last(PathOf(2)) + 50, 0x77);
        var actions = new List<DiskAction>();
        _disk.OnAction = actions.Add;
        Assert.Throws<ConsensusException>(() => LogRun.Open(_disk));
        Assert.That(actions, Is.Empty);
    }

    private static string PathOf(ulong number) => $"{LogRun.Folder}/{number:D20}.wal";

    private RecoveredLog AssertOpens(LogModel expected)
    {
        var (log, recovered) = LogRun.Open(_disk);
        log.Dispose();
        Assert.That(expected.Difference(recovered, default), Is.Null);
        return recovered;
    }

    private ConsensusException AssertRefused(string rule, string path, ConsensusFailure reason)
    {
        var refusal = Assert.Throws<ConsensusException>(() => LogRun.Open(_disk));
        Assert.Multiple(() =>
        {
            Assert.That(refusal!.Reason, Is.EqualTo(reason));
            Assert.That(refusal.Message, Does.StartWith($"{path}, offset ").And.Contains($": {rule}: "));
        });
        return refusal!;
    }

    private void Write(string path, long offset, byte value)
    {
        var bytes = _disk.Read(path);
        bytes[offset] = value;
        _disk.Put(path, bytes);
    }

    /// <summary>Where the last batch of a segment begins.</summary>
    private long Last(string path)
    {
        var bytes = _disk.Read(path);
        Assert.That(SegmentHeader.TryRead(bytes, out var header), Is.True);
        return Enumerable.Range(1, (bytes.Length / 512) - 1).Select(sector => sector * 512L).Last(offset => BatchHeader.TryRead(bytes.AsSpan((int)offset), header.Salt, offset, out _));
    }
}
