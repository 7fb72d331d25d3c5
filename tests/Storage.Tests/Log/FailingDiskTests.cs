using Consensus.Storage.Tests.Files;

namespace Consensus.Storage.Tests.Log;

public sealed class FailingDiskTests
{
    [Test]
    public void After_a_failed_flush_nothing_is_tried_again()
    {
        var disk = new CrashDisk();
        using var run = new LogRun(disk);
        run.Entries(2).Persist();
        run.Entry();
        var failing = run.Log.TakeBatch()!;
        run.Entry();
        var next = run.Log.TakeBatch()!;
        disk.FailsFlush = _ => true;
        AssertFails(() => run.Log.Persist(failing), "flush error");
        disk.FailsFlush = null;
        var operations = disk.Journal.Count;

        AssertFails(() => run.Log.Persist(failing), "has failed before");
        AssertFails(() => run.Log.Persist(next), "has failed before");
        AssertFails(() => run.Log.Stage(run.Model.NextEntry(1)), "has failed before");
        AssertFails(() => run.Log.TakeBatch(), "has failed before");
        AssertFails(() => run.Log.Compact(new LogIndex(1)), "has failed before");
        AssertFails(run.Log.TryReclaimSpace, "has failed before");
        run.Log.Dispose();
        Assert.That(disk.Journal, Has.Count.EqualTo(operations), "the disk is left alone");
    }

    [Test]
    public void A_failed_write_stops_the_log()
    {
        var disk = new CrashDisk();
        using var run = new LogRun(disk);
        disk.FailsWrite = _ => true;
        AssertFails(() => run.Entry().Persist(), "write error");
        disk.FailsWrite = null;
        AssertFails(() => run.Entry(), "has failed before");
    }

    [Test]
    public void A_failure_while_the_next_segment_is_prepared_stops_the_log()
    {
        var disk = new CrashDisk();
        using var run = new LogRun(disk);
        run.Entries(3, 1000).Persist();
        disk.FailsFlush = path => path.EndsWith("3.wal", StringComparison.Ordinal);
        AssertFails(() => run.Entries(3, 1000).Persist(), "flush error");
    }

    [Test]
    public void A_failure_during_recovery_is_typed()
    {
        var disk = new CrashDisk();
        using (var run = new LogRun(disk))
        {
            run.Entry().Persist();
        }

        disk.FailsFlush = _ => true;
        AssertFails(() => LogRun.Open(disk), "cannot be opened");
    }

    [Test]
    public void A_failure_while_closing_does_not_hide_what_is_durable()
    {
        var disk = new CrashDisk();
        var run = new LogRun(disk);
        run.Entry().Persist();
        disk.FailsWrite = _ => true;
        run.Dispose();
        disk.FailsWrite = null;
        var (log, recovered) = LogRun.Open(disk);
        log.Dispose();
        Assert.That(run.Model.Difference(recovered, default), Is.Null);
    }

    private static void AssertFails(Action action, string message) => Assert.That(
        () => action(),
        Throws.TypeOf<ConsensusException>().With.Property("Reason").EqualTo(ConsensusFailure.StorageFailed).And.Message.Contains(message));
}
