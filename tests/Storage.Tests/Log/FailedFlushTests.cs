using Consensus.Engine;
using Consensus.Simulation.Disk;
using Consensus.Storage.Files;
using Consensus.Storage.Log;
using Consensus.Storage.Tests.Files;

namespace Consensus.Storage.Tests.Log;

/// <summary>
/// A flush fails, the process ends, and the next one finds in the machine's cache what never reached the disk, and what no later flush
/// writes. What it then takes for its log must be there when the machine crashes too.
/// </summary>
public sealed class FailedFlushTests
{
    [TestCase(100, TestName = "A_batch_whose_flush_failed_and_that_the_next_process_goes_by_survives_the_machine")]
    [TestCase(3300, TestName = "A_batch_whose_flush_failed_and_that_fills_its_segment_survives_the_machine")]
    [TestCase(9000, TestName = "A_batch_whose_flush_failed_and_that_is_larger_than_a_segment_survives_the_machine")]
    public void A_batch_whose_flush_failed(int size)
    {
        var disk = Disks.New();
        using var run = new LogRun(disk);
        disk.FailsNextFlush = true;
        Assert.Throws<ConsensusException>(() => run.Entry(size).Slot(1, "vote").Persist());

        var next = disk.Fork();
        Assert.That(run.Model.Difference(Reopen(next), default), Is.Null, "the next process sees the batch, and promises what is in it");
        next.Crash(DiskLoss.Everything);
        Assert.That(run.Model.Difference(Reopen(next), default), Is.Null, "so it must be on the disk");
    }

    [Test]
    public void A_mark_whose_flush_failed_leaves_no_hole()
    {
        var disk = Disks.New();
        using var run = new LogRun(disk);
        run.Entry().Persist();
        disk.FailsNextFlush = true;
        run.Log.Dispose();
        Assert.That(disk.FailedFlushes, Is.EqualTo(1));
        run.Reopen().Entry().Persist();

        var next = disk.Fork();
        next.Crash(DiskLoss.Everything);
        Assert.That(run.Model.Difference(Reopen(next), default), Is.Null);
    }

    [Test]
    public void After_an_orderly_stop_the_mark_is_the_first_that_is_written_again()
    {
        var disk = Disks.New();
        using var run = new LogRun(disk);
        run.Entries(2).Persist().Entry().Persist();
        run.Log.Dispose();
        var mark = disk.LastWrite;
        var history = new DiskHistory(disk);
        run.Reopen();
        Assert.That(history.Writes.Where(write => write.Path == mark.Path).Min(write => write.Offset), Is.EqualTo(mark.Offset), "no promise is touched");
    }

    [Test]
    public void A_segment_whose_creation_could_not_be_flushed_is_of_use_to_the_next_process()
    {
        var disk = Disks.New();
        using var run = new LogRun(disk);
        run.Entries(3, 1000).Persist();
        disk.Fails = (action, path) => action == DiskAction.Flush && path.EndsWith("3.wal", StringComparison.Ordinal) ? new IOException("EIO") : null;
        Assert.Throws<ConsensusException>(() => run.Entries(3, 1000).Persist());
        GoesOn(disk.Fork(), run, "the third segment was not flushed");
    }

    [Test]
    public void A_segment_whose_name_a_killed_process_has_not_flushed_is_durable_once_the_next_writes_to_it()
    {
        var disk = Disks.New();
        using var run = new LogRun(disk);
        run.Entries(3, 1000).Persist();
        var killed = Disks.New();
        disk.OnAction = action => killed = action == DiskAction.FlushDirectory ? disk.Fork() : killed;
        run.Entries(3, 1000).Persist();
        Assert.That(killed.Paths.Count(), Is.EqualTo(3));

        // No segment can follow, whose creation would flush the folder.
        killed.Capacity = killed.Used;
        var (log, recovered) = LogRun.Open(killed);
        Assert.That(run.Model.Difference(recovered, default), Is.Null);
        Append(log, run.Model.NextEntry(1000));
        killed.Crash(DiskLoss.Everything);
        Assert.That(run.Model.After(run.Model.NextEntry(1000)).Difference(Reopen(killed), default), Is.Null);
    }

    [Test]
    public void What_an_opening_could_not_cut_off_is_cut_off_by_the_next()
    {
        var disk = Disks.New();
        using var run = new LogRun(disk);
        run.Entry().Persist();
        var durable = run.Model;
        var torn = Disks.New();
        disk.OnAction = action => torn = action == DiskAction.Flush ? disk.Fork() : torn;
        run.Entry(2500).Persist();
        torn.Crash(Survival.Torn(2100).Begin());

        torn.FailsNextFlush = true;
        Assert.Throws<ConsensusException>(() => Reopen(torn));
        var next = torn.Fork();
        var (log, recovered) = LogRun.Open(next);
        Assert.That(durable.Difference(recovered, default), Is.Null);
        Assert.That(recovered.Torn, Is.Null, "the cache does not show it any more");
        Append(log, durable.NextEntry(300));
        durable = durable.After(durable.NextEntry(300));
        var crashed = Disks.New();
        next.OnAction = action => crashed = action == DiskAction.Flush ? next.Fork() : crashed;
        Append(log, durable.NextEntry(300));

        foreach (var loss in new[] { Survival.Nothing, Survival.Torn(60), Survival.Torn(200) })
        {
            var found = crashed.Fork();
            found.Crash(loss.Begin());
            Assert.That(durable.Difference(Reopen(found), default), Is.Null, $"{loss}");
        }
    }

    [TestCaseSource(typeof(LogDrives), nameof(LogDrives.All))]
    public void Whichever_flush_fails_the_next_process_promises_only_what_is_on_the_disk(Delegate drive)
    {
        var failed = 0;
        for (var flush = 1; Fails((Action<LogRun>)drive, flush); flush++)
        {
            failed = flush;
        }

        Assert.That(failed, Is.GreaterThan(5));
    }

    [TestCaseSource(typeof(LogDrives), nameof(LogDrives.All))]
    public void Whichever_flush_of_the_folder_fails_the_next_process_promises_only_what_is_on_the_disk(Delegate drive)
    {
        var failed = 0;
        for (var flush = 1; Fails((Action<LogRun>)drive, flush, DiskAction.FlushDirectory); flush++)
        {
            failed = flush;
        }

        Assert.That(failed, Is.Positive);
    }

    // The next process would take it for durable, and promise what it writes to it.
    [TestCase(false)]
    [TestCase(true)]
    public void A_segment_whose_name_could_not_be_flushed_is_not_there_for_the_next_process(bool isFull)
    {
        var disk = Disks.New();
        using var run = new LogRun(disk);
        run.Entries(3, 1000).Persist();
        disk.Fails = (action, _) => action != DiskAction.FlushDirectory ? null : isFull ? new DiskFullException("ENOSPC") : new IOException("EIO");
        var thrown = Assert.Throws<ConsensusException>(() => run.Entries(3, 1000).Persist());
        Assert.That(thrown!.Reason, Is.EqualTo(ConsensusFailure.StorageFailed), "also for want of space: it is not known which names are on the disk");
        Assert.That(disk.Paths, Has.None.EndsWith("3.wal"));
    }

    /// <returns>Whether the run has so many flushes.</returns>
    private static bool Fails(Action<LogRun> drive, int flush, DiskAction kind = DiskAction.Flush)
    {
        var disk = Disks.New();
        using var run = new LogRun(disk);
        var hasFailed = FailOnce(disk, flush, kind);
        try
        {
            drive(run);
            if (!hasFailed())
            {
                return false;
            }
        }
        catch (ConsensusException exception) when (exception.Reason == ConsensusFailure.StorageFailed)
        {
            // The process ends.
        }

        var next = disk.Fork();
        GoesOn(next.Fork(), run, $"flush {flush} failed");
        for (var again = 1; ; again++)
        {
            var opening = next.Fork();
            hasFailed = FailOnce(opening, again, kind);
            try
            {
                LogRun.Open(opening).Log.Dispose();
                if (!hasFailed())
                {
                    return true;
                }
            }
            catch (ConsensusException exception) when (exception.Reason == ConsensusFailure.StorageFailed)
            {
                // And so does the next one.
            }

            GoesOn(opening.Fork(), run, $"flush {flush} failed, and flush {again} of the next process");
        }
    }

    /// <summary>What the next process finds, and what it appends to it, is there after a crash of the machine at any time.</summary>
    private static void GoesOn(SimulatedDisk disk, LogRun run, string where)
    {
        var compacted = run.Compacted[^1].Index;
        var (log, recovered) = LogRun.Open(disk);
        using var closing = log;
        var acknowledged = run.Acknowledged.Count == 0 ? new LogModel() : run.Acknowledged[^1].State;
        var isWhole = run.Model.Difference(recovered, compacted) is null;
        Assert.That(isWhole || acknowledged.Difference(recovered, compacted) is null, Is.True, where);

        var state = isWhole ? run.Model : acknowledged;
        Lose(disk, state, compacted, where);
        for (var i = 0; i < 4; i++)
        {
            var record = state.NextEntry(700, 9);
            Append(log, record);
            state = state.After(record);
            Lose(disk, state, compacted, $"{where}, then {i + 1} more");
        }
    }

    private static void Lose(SimulatedDisk disk, LogModel state, LogIndex compacted, string where)
    {
        foreach (var loss in new[] { Survival.Everything, Survival.Nothing, Survival.Subset(0x5555_5555_5555_5555) })
        {
            var found = disk.Fork();
            found.Crash(loss.Begin());
            try
            {
                Assert.That(state.Difference(Reopen(found), compacted), Is.Null, $"{where}, {loss}");
            }
            catch (ConsensusException exception)
            {
                Assert.Fail($"{where}, {loss}: {exception.Message}");
            }
        }
    }

    /// <returns>Tells whether it has failed.</returns>
    private static Func<bool> FailOnce(SimulatedDisk disk, int flush, DiskAction kind)
    {
        var left = flush;
        disk.Fails = (action, _) => action == kind && --left == 0 ? new IOException("EIO") : null;
        return () => left <= 0;
    }

    private static void Append(WriteAheadLog log, LogRecord record)
    {
        log.Stage(record);
        log.Persist(log.TakeBatch()!);
    }

    private static RecoveredLog Reopen(SimulatedDisk disk)
    {
        var (log, recovered) = LogRun.Open(disk);
        log.Dispose();
        return recovered;
    }
}
