using Consensus.Engine;
using Consensus.Storage.Log;
using Consensus.Storage.Tests.Files;

namespace Consensus.Storage.Tests.Log;

public sealed class FullDiskTests
{
    private const int Segment = 16 * 1024;

    [Test]
    public void A_full_disk_stops_new_entries_keeps_room_for_votes_and_recovers_when_space_returns()
    {
        var disk = Disks.New();
        disk.Capacity = 4 * Segment;
        using var run = new LogRun(disk, Segment);
        while (run.Log.AcceptsWrites)
        {
            run.Entries(2, 1000).Persist();
        }

        Assert.That(disk.Paths.Count(), Is.EqualTo(4));
        run.Entry(4000).Persist();
        for (var term = 0; term < 10; term++)
        {
            run.Slot(1, $"term {term}").Persist();
        }

        run.Truncate(run.Model.LastIndex.Value).Persist();
        run.Log.TryReclaimSpace();
        Assert.That(run.Log.AcceptsWrites, Is.False, "nothing was freed");

        disk.Capacity += Segment;
        run.Log.TryReclaimSpace();
        Assert.That(run.Log.AcceptsWrites, Is.True);
        run.Entries(3).Persist().Reopen();
    }

    [Test]
    public void A_full_disk_is_noticed_at_the_start_and_what_was_acknowledged_is_there()
    {
        var disk = Disks.New();
        disk.Capacity = 3 * Segment;
        using var run = new LogRun(disk, Segment);
        while (run.Log.AcceptsWrites)
        {
            run.Entries(2, 1000).Persist();
        }

        run.Reopen();
        Assert.That(run.Log.AcceptsWrites, Is.False);
        run.Slot(1, "vote").Persist().Reopen();
    }

    [Test]
    public void Compaction_frees_space_and_the_log_accepts_writes_again()
    {
        var disk = Disks.New();
        disk.Capacity = 4 * Segment;
        using var run = new LogRun(disk, Segment);
        while (run.Log.AcceptsWrites)
        {
            run.Entries(2, 1000).Persist();
        }

        run.Compact(run.Model.LastIndex.Value);
        Assert.That(run.Log.AcceptsWrites, Is.True);
        run.Entries(20, 1000).Persist().Reopen();
    }

    [Test]
    public void When_the_reserve_is_used_up_a_batch_waits_until_there_is_space_and_nothing_is_lost()
    {
        var disk = Disks.New();
        disk.Capacity = 3 * Segment;
        using var run = new LogRun(disk, Segment);
        var acknowledged = run.Model;
        ILogBatch? waiting = null;
        while (waiting is null)
        {
            acknowledged = run.Model;
            var batch = run.Entries(2, 1000).Log.TakeBatch()!;
            waiting = Persists(run, batch) ? null : batch;
        }

        var before = disk.Copy();
        Assert.That(Persists(run, waiting), Is.False, "there is no space still");
        Assert.That(run.Log.AcceptsWrites, Is.False);
        var (crashed, recovered) = LogRun.Open(before, Segment);
        crashed.Dispose();
        Assert.That(acknowledged.Difference(recovered, default), Is.Null, "the batch is not there at all");

        disk.Capacity += 2 * Segment;
        run.Log.TryReclaimSpace();
        run.Log.Persist(waiting);
        Assert.That(run.Log.AcceptsWrites, Is.True);
        run.Entries(2, 1000).Persist().Reopen();
    }

    [Test]
    public void A_batch_that_is_larger_than_a_segment_waits_for_space_too()
    {
        var disk = Disks.New();
        disk.Capacity = 3 * Segment;
        using var run = new LogRun(disk, Segment);
        run.Entry().Persist();
        var batch = run.Entries(3, Segment).Log.TakeBatch()!;
        Assert.That(Persists(run, batch), Is.False);
        Assert.That(run.Log.AcceptsWrites, Is.False);

        run.Log.TryReclaimSpace();
        Assert.That(Persists(run, batch), Is.False);
        Assert.That(run.Log.AcceptsWrites, Is.False, "there is a next segment, and still no space for the batch");
        disk.Capacity = long.MaxValue;
        run.Log.TryReclaimSpace();
        run.Log.Persist(batch);
        Assert.That(run.Log.AcceptsWrites, Is.True);
        run.Entries(2, 1000).Persist().Reopen();
    }

    /// <summary>
    /// As its users do: entries are staged while the log accepts them, never more than the reserve beyond what is persisted, and what a batch's
    /// completion makes room for only after a look at <see cref="WriteAheadLog.AcceptsWrites"/>.
    /// </summary>
    [Test]
    public void Whatever_was_accepted_fits_wherever_the_disk_fills_up([Values] bool inBackground, [Range(2, 9)] int segments, [Range(1, 5)] int seed)
    {
        const int UnderWayMax = Segment - 8192;
        const int Votes = 4;
        var random = new Random((segments * 100) + seed);
        var disk = Disks.New();
        disk.Capacity = (segments * Segment) + random.Next(Segment);
        using var slow = new SlowAllocation(disk);
        using var run = new LogRun(slow, Segment, inBackground, UnderWayMax + 4096);
        var open = Stage(UnderWayMax);
        while (run.Log.AcceptsWrites)
        {
            var (batch, underWay) = (run.Log.TakeBatch(), open);
            open = Stage(UnderWayMax - underWay);
            if (batch is not null)
            {
                run.Log.Persist(batch);
            }
        }

        run.Persist();
        for (var term = 0; term < Votes; term++)
        {
            run.Slot(1, $"term {term}").Persist();
        }

        Assert.That(run.Log.AcceptsWrites, Is.False, $"segments {segments}, seed {seed}");
        run.Reopen();

        // Returns how many bytes.
        int Stage(int bytesMax)
        {
            var bytes = 0;
            for (var size = random.Next(1, 3000); bytes + size + LogEntry.OverheadBytes <= bytesMax && random.Next(4) > 0; size = random.Next(1, 3000))
            {
                run.Entry(size);
                bytes += size + LogEntry.OverheadBytes;
            }

            return bytes;
        }
    }

    [Test]
    public async Task A_batch_that_needs_the_reserve_is_not_done_before_it_is_certain_whether_there_is_a_next_segment()
    {
        var disk = Disks.New();
        using var slow = new SlowAllocation(disk);
        using var run = new LogRun(slow, Segment, inBackground: true, reserveBytes: Segment / 2);
        run.Entries(10, 1000).Persist();
        disk.Capacity = 2 * Segment;
        slow.Hold();
        run.Entries(6, 1000).Persist();
        Assert.That(run.Log.AcceptsWrites, Is.True, "there is more than the reserve left, and the next segment may come");
        run.Entries(3, 1000);
        var batch = run.Log.TakeBatch()!;

        var accepts = Task.Run(() =>
        {
            run.Log.Persist(batch);
            return run.Log.AcceptsWrites;
        });
        slow.LetGo();

        Assert.That(await accepts, Is.False);
        run.Entries(3, 1000).Persist().Reopen();
    }

    [Test]
    public void No_entry_takes_more_than_what_bounds_count_for_it()
    {
        using var run = new LogRun(Disks.New(), Segment);
        var empty = run.Slot(1, "").Log.TakeBatch()!.Length;
        run.Slot(1, "").Entries(10, 100);
        Assert.That(run.Log.TakeBatch()!.Length - empty, Is.LessThanOrEqualTo(10 * (100 + LogEntry.OverheadBytes)));
    }

    [Test]
    public void An_interrupted_allocation_leaves_nothing_behind()
    {
        var disk = Disks.New();
        disk.Capacity = Segment + 100;
        using var run = new LogRun(disk, Segment);
        Assert.Multiple(() =>
        {
            Assert.That(run.Log.AcceptsWrites, Is.False);
            Assert.That(disk.Paths.Count(), Is.EqualTo(1));
        });
    }

    private static bool Persists(LogRun run, ILogBatch batch)
    {
        try
        {
            run.Log.Persist(batch);
            return true;
        }
        catch (LogSpaceException)
        {
            return false;
        }
    }
}
