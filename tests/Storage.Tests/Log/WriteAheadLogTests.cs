using Consensus.Engine;
using Consensus.Simulation.Disk;
using Consensus.Storage.Files;
using Consensus.Storage.Log;
using Consensus.Storage.Tests.Files;

namespace Consensus.Storage.Tests.Log;

public sealed class WriteAheadLogTests
{
    // Batches wait behind a deletion, and some file systems take long for one.
    [Test]
    public void A_call_deletes_one_covered_segment_and_says_whether_there_are_more()
    {
        var disk = Disks.New();
        using var run = new LogRun(disk);
        for (var i = 0; i < 4; i++)
        {
            run.Entries(3, 1000).Persist();
        }

        var segments = disk.Paths.Count();
        var index = run.Model.NextEntry(1).Entry.Index;
        var calls = 1;
        for (; run.Log.Compact(index); calls++)
        {
            Assert.That(disk.Paths.Count(), Is.EqualTo(segments - calls));
        }

        Assert.That(calls, Is.GreaterThan(2));
        Assert.That(disk.Paths.Count(), Is.EqualTo(segments - calls));
    }

    [Test]
    public void What_was_persisted_is_there_after_reopening()
    {
        using var run = new LogRun(new MemoryFileSystem());
        run.Entries(3).Slot(1, "term 1").Persist().Entry(0).Slot(2, "lock").Persist().Reopen();
        run.Truncate(3).Entries(5, term: 2).Slot(2, "").Slot(1, "term 2").Persist().Reopen();
        run.Base(100).Entries(2).Persist().Reopen();
        Assert.That(run.Model.LastIndex, Is.EqualTo(new LogIndex(102)));
    }

    [Test]
    public void Entries_of_every_kind_are_there_after_reopening()
    {
        using var run = new LogRun(new MemoryFileSystem());
        foreach (var kind in Enum.GetValues<EntryKind>())
        {
            run.Stage(run.Model.NextEntry(100, kind: kind));
        }

        run.Persist().Reopen();
        Assert.That(run.Model.Entries, Has.Count.EqualTo(Enum.GetValues<EntryKind>().Length));
    }

    [Test]
    public void Segments_follow_each_other_and_a_batch_may_be_larger_than_one()
    {
        var files = new MemoryFileSystem();
        using var run = new LogRun(files);
        for (var i = 0; i < 40; i++)
        {
            run.Entries(2, 300).Slot((ulong)i % 3, $"value {i}").Persist();
        }

        run.Entries(4, 10_000).Persist().Reopen().Entries(3).Persist().Reopen();
        Assert.That(files.ListFiles(LogRun.Folder), Has.Count.GreaterThan(10));
    }

    [Test]
    public void Many_slots_are_carried_from_segment_to_segment()
    {
        using var run = new LogRun(new MemoryFileSystem());
        for (var slot = 0UL; slot < 200; slot++)
        {
            run.Slot(slot, new string('x', 100));
        }

        run.Persist();
        for (var i = 0; i < 10; i++)
        {
            run.Entries(2, 1000).Persist();
        }

        run.Compact(20).Reopen();
    }

    [Test]
    public void Staging_goes_on_while_a_batch_is_written()
    {
        using var run = new LogRun(new MemoryFileSystem());
        run.Entries(2);
        var first = run.Log.TakeBatch()!;
        run.Entries(2);
        var second = run.Log.TakeBatch()!;
        run.Entry();
        run.Log.Persist(first);
        run.Log.Persist(second);
        run.Persist().Reopen();
        Assert.Multiple(() =>
        {
            Assert.That(first.LastLsn, Is.EqualTo(new Lsn(2)).Or.EqualTo(Lsn.Zero), "a batch may be reused once it is written");
            Assert.That(run.Log.LastStaged, Is.EqualTo(new Lsn(5)));
        });
    }

    [Test]
    public void An_empty_batch_is_none() => Assert.That(new LogRun(new MemoryFileSystem()).Log.TakeBatch(), Is.Null);

    [Test]
    public void A_record_that_does_not_follow_is_refused()
    {
        using var run = new LogRun(new MemoryFileSystem());
        run.Entries(2).Persist();
        var next = run.Model.NextEntry(1);
        Assert.Multiple(() =>
        {
            AssertRefused(next with { Lsn = new Lsn(2) });
            AssertRefused(next with { Lsn = new Lsn(4) });
            AssertRefused(next with { Entry = next.Entry with { Index = new LogIndex(4) } });
            AssertRefused(next with { Entry = next.Entry with { Index = new LogIndex(2) } });
            AssertRefused(run.Model.NextTruncate(4));
            AssertRefused(run.Model.NextTruncate(0));
        });
        run.Entry().Persist().Reopen();

        void AssertRefused(LogRecord record) =>
            Assert.That(() => run.Log.Stage(record), Throws.TypeOf<ConsensusException>().With.Property("Reason").EqualTo(ConsensusFailure.InvariantViolated));
    }

    [Test]
    public void A_record_larger_than_the_format_allows_is_refused_and_the_next_is_not()
    {
        using var run = new LogRun(new MemoryFileSystem());
        var tooLarge = new LogRecord(LogRecordKind.Slot, new Lsn(1), default, 1, new byte[64 * 1024 * 1024]);
        Assert.That(() => run.Log.Stage(tooLarge), Throws.TypeOf<ConsensusException>());
        run.Entry().Persist().Reopen();
    }

    [Test]
    public void Batches_are_persisted_in_order()
    {
        using var run = new LogRun(new MemoryFileSystem());
        run.Entry();
        var first = run.Log.TakeBatch()!;
        run.Entry();
        var second = run.Log.TakeBatch()!;
        Assert.That(() => run.Log.Persist(second), Throws.TypeOf<ConsensusException>().With.Property("Reason").EqualTo(ConsensusFailure.InvariantViolated));
        run.Log.Persist(first);
        run.Log.Persist(second);
    }

    [Test]
    public void A_batch_costs_one_write_and_one_flush()
    {
        var disk = Disks.New();
        using var run = new LogRun(disk, 64 * 1024);
        run.Entry().Persist();
        var actions = new List<DiskAction>();
        disk.OnAction = actions.Add;
        run.Entries(20).Slot(1, "x").Persist();
        Assert.That(actions, Is.EqualTo(new[] { DiskAction.Write, DiskAction.Flush }));
    }

    [Test]
    public void What_a_killed_process_left_in_the_systems_cache_is_flushed_before_it_counts()
    {
        var disk = Disks.New();
        using var run = new LogRun(disk);

        // Fills the segment to its last sector, so that no mark, whose flush would do the same, fits behind it.
        var left = Disks.New();
        disk.OnAction = action => left = action == DiskAction.Flush ? disk.Fork() : left;
        run.Entry(3300).Persist();

        var (log, recovered) = LogRun.Open(left);
        log.Dispose();
        Assert.That(run.Model.Difference(recovered, default), Is.Null);
        left.Crash(DiskLoss.Everything);
        var (after, again) = LogRun.Open(left);
        after.Dispose();
        Assert.That(run.Model.Difference(again, default), Is.Null);
    }

    [Test]
    public void Creating_over_a_log_is_refused_and_over_an_unfinished_creation_is_not()
    {
        var disk = Disks.New();
        var history = new DiskHistory(disk);
        using (var run = new LogRun(disk))
        {
            run.Entry().Persist();
        }

        Assert.That(
            () => WriteAheadLog.Create(disk, LogRun.Folder, LogRun.Identity, LogRun.OptionsWith(4096)),
            Throws.TypeOf<ConsensusException>().With.Property("Reason").EqualTo(ConsensusFailure.StorageForeign));

        for (var operations = 0; operations <= history.Count; operations++)
        {
            if (history.Actions[operations] == DiskAction.FlushDirectory)
            {
                break;
            }

            foreach (var loss in new[] { Survival.Everything, Survival.Nothing, Survival.Torn(100), Survival.TornFromBehind(100) })
            {
                using var again = new LogRun(history.After(operations, loss));
                again.Entry().Persist().Reopen();
            }
        }
    }

    [Test]
    public void Options_out_of_range_are_refused([Values(0, 512, 4095, 5000, int.MaxValue)] int segmentBytes) => Assert.That(
        () => WriteAheadLog.Create(new MemoryFileSystem(), LogRun.Folder, LogRun.Identity, new WriteAheadLogOptions { SegmentBytes = segmentBytes }),
        Throws.TypeOf<ConsensusException>().With.Message.Contains($"{segmentBytes}"));
}
