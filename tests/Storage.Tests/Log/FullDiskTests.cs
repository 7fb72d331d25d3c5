using Consensus.Storage.Tests.Files;

namespace Consensus.Storage.Tests.Log;

public sealed class FullDiskTests
{
    private const int Segment = 16 * 1024;

    [Test]
    public void A_full_disk_stops_new_entries_keeps_room_for_votes_and_recovers_when_space_returns()
    {
        var disk = new CrashDisk { Capacity = 4 * Segment };
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
        var disk = new CrashDisk { Capacity = 3 * Segment };
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
        var disk = new CrashDisk { Capacity = 4 * Segment };
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
    public void When_the_reserve_is_used_up_the_log_fails_and_nothing_acknowledged_is_lost()
    {
        var disk = new CrashDisk { Capacity = 3 * Segment };
        using var run = new LogRun(disk, Segment);
        var acknowledged = run.Model;
        Assert.That(
            () =>
            {
                while (true)
                {
                    acknowledged = run.Model;
                    run.Entries(2, 1000).Persist();
                }
            },
            Throws.TypeOf<ConsensusException>().With.Property("Reason").EqualTo(ConsensusFailure.StorageFailed));
        var (log, recovered) = LogRun.Open(disk.Copy(), Segment);
        log.Dispose();
        Assert.That(acknowledged.Difference(recovered, default), Is.Null);
    }

    [Test]
    public void An_interrupted_allocation_leaves_nothing_behind()
    {
        var disk = new CrashDisk { Capacity = Segment + 100 };
        using var run = new LogRun(disk, Segment);
        Assert.Multiple(() =>
        {
            Assert.That(run.Log.AcceptsWrites, Is.False);
            Assert.That(disk.Paths.Count(), Is.EqualTo(1));
        });
    }
}
