using Consensus.Simulation.Disk;
using Consensus.Storage.Tests.Files;

namespace Consensus.Storage.Tests.Log;

public sealed class FailingDiskTests
{
    [Test]
    public void After_a_failed_flush_nothing_is_tried_again()
    {
        var disk = Disks.New();
        using var run = new LogRun(disk);
        run.Entries(2).Persist();
        run.Entry();
        var failing = run.Log.TakeBatch()!;
        run.Entry();
        var next = run.Log.TakeBatch()!;
        disk.Fails = Failing(DiskAction.Flush);
        AssertFails(() => run.Log.Persist(failing), "Flush error");
        disk.Fails = Disks.Succeeds;
        var actions = new List<DiskAction>();
        disk.OnAction = actions.Add;

        AssertFails(() => run.Log.Persist(failing), "has failed before");
        AssertFails(() => run.Log.Persist(next), "has failed before");
        AssertFails(() => run.Log.Stage(run.Model.NextEntry(1)), "has failed before");
        AssertFails(() => run.Log.TakeBatch(), "has failed before");
        AssertFails(() => run.Log.Compact(new LogIndex(1)), "has failed before");
        AssertFails(run.Log.TryReclaimSpace, "has failed before");
        run.Log.Dispose();
        Assert.That(actions, Is.Empty, "the disk is left alone");
    }

    [Test]
    public void A_failed_write_stops_the_log()
    {
        var disk = Disks.New();
        using var run = new LogRun(disk);
        disk.Fails = Failing(DiskAction.Write);
        AssertFails(() => run.Entry().Persist(), "Write error");
        disk.Fails = Disks.Succeeds;
        AssertFails(() => run.Entry(), "has failed before");
    }

    [Test]
    public void A_failure_while_the_next_segment_is_prepared_stops_the_log()
    {
        var disk = Disks.New();
        using var run = new LogRun(disk);
        run.Entries(3, 1000).Persist();
        disk.Fails = (action, path) => path.EndsWith("3.wal", StringComparison.Ordinal) ? Failing(DiskAction.Flush)(action, path) : null;
        AssertFails(() => run.Entries(3, 1000).Persist(), "Flush error");
    }

    [Test]
    public void A_failure_during_recovery_is_typed()
    {
        var disk = Disks.New();
        using (var run = new LogRun(disk))
        {
            run.Entry().Persist();
        }

        disk.Fails = Failing(DiskAction.Flush);
        AssertFails(() => LogRun.Open(disk), "cannot be opened");
    }

    [Test]
    public void A_failure_while_closing_does_not_hide_what_is_durable()
    {
        var disk = Disks.New();
        var run = new LogRun(disk);
        run.Entry().Persist();
        disk.Fails = Failing(DiskAction.Write);
        run.Dispose();
        disk.Fails = Disks.Succeeds;
        var (log, recovered) = LogRun.Open(disk);
        log.Dispose();
        Assert.That(run.Model.Difference(recovered, default), Is.Null);
    }

    private static Func<DiskAction, string, Exception?> Failing(DiskAction failing) =>
        (action, path) => action == failing ? new IOException($"{path}: {action} error.") : null;

    private static void AssertFails(Action action, string message) => Assert.That(
        () => action(),
        Throws.TypeOf<ConsensusException>().With.Property("Reason").EqualTo(ConsensusFailure.StorageFailed).And.Message.Contains(message));
}
