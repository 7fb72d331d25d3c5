using Consensus.Simulation.Disk;
using Consensus.Storage.Files;
using Consensus.Storage.Snapshots;
using Consensus.Storage.Tests.Files;

namespace Consensus.Storage.Tests.Snapshots;

/// <summary>A snapshot that a process goes by is on the disk, also after a failed flush and after a process that was killed.</summary>
public sealed class FailedFlushTests
{
    private static readonly byte[] State = Samples.Bytes(3000, 1);

    [Test]
    public void A_received_snapshot_whose_flush_failed_is_never_taken_for_durable()
    {
        var disk = Disks.New();
        using var store = Open(disk);
        var snapshot = Samples.Described(20, State);
        disk.FailsNextFlush = true;
        var thrown = Assert.Throws<ConsensusException>(() => store.StoreChunk(snapshot, 0, State));
        Assert.That(thrown!.Reason, Is.EqualTo(ConsensusFailure.StorageFailed));
        Assert.That(store.Latest, Is.Null);

        Assert.That(store.StoreChunk(snapshot, 3000, []), Is.EqualTo((0L, false)), "it starts over");
        Assert.That(store.StoreChunk(snapshot, 0, State), Is.EqualTo((3000L, true)));
        disk.Crash(DiskLoss.Everything);
        AssertHas(disk, 20);
    }

    [Test]
    public void A_saved_snapshot_whose_flush_failed_is_not_there_for_the_next_process()
    {
        var disk = Disks.New();
        using var store = Open(disk);
        disk.FailsNextFlush = true;
        Assert.Throws<ConsensusException>(() => store.Save(Samples.Draft(20), stream => stream.Write(State)));
        using var next = Open(disk.Fork());
        Assert.That(next.Latest, Is.Null);
        Assert.That(next.Damaged, Is.Empty);
    }

    [Test]
    public void A_snapshot_whose_name_a_killed_process_has_not_flushed_is_durable_once_the_next_goes_by_it()
    {
        var disk = Disks.New();
        using (var store = Open(disk))
        {
            disk.OnAction = action => _ = action == DiskAction.FlushDirectory ? throw new PowerLossException() : action;
            Assert.Throws<PowerLossException>(() => store.Save(Samples.Draft(20), stream => stream.Write(State)));
            disk.OnAction = static _ => { };
        }

        using (var next = Open(disk))
        {
            Assert.That(next.Latest!.Position.Index, Is.EqualTo(new LogIndex(20)), "the log may be compacted up to it");
        }

        disk.Crash(DiskLoss.Everything);
        AssertHas(disk, 20);
    }

    // The next process would take it for durable, and have the log compacted up to it.
    [Test]
    public void A_snapshot_whose_name_could_not_be_flushed_is_not_there_for_the_next_process()
    {
        var disk = Disks.New();
        using (var store = Open(disk))
        {
            disk.Fails = (action, _) => action == DiskAction.FlushDirectory ? new IOException("EIO") : null;
            var thrown = Assert.Throws<ConsensusException>(() => store.Save(Samples.Draft(20), stream => stream.Write(State)));
            Assert.That(thrown!.Reason, Is.EqualTo(ConsensusFailure.StorageFailed));
            Assert.That(store.Latest, Is.Null);
            disk.Fails = Disks.Succeeds;
        }

        using (var next = Open(disk))
        {
            Assert.That(next.Latest, Is.Null);
            next.Save(Samples.Draft(20), stream => stream.Write(State));
        }

        disk.Crash(DiskLoss.Everything);
        AssertHas(disk, 20);
    }

    [Test]
    public void A_received_snapshot_whose_name_could_not_be_flushed_is_not_there_for_the_next_process()
    {
        var disk = Disks.New();
        using (var store = Open(disk))
        {
            disk.Fails = (action, _) => action == DiskAction.FlushDirectory ? new DiskFullException("ENOSPC") : null;
            var thrown = Assert.Throws<ConsensusException>(() => store.StoreChunk(Samples.Described(20, State), 0, State));
            Assert.That(thrown!.Reason, Is.EqualTo(ConsensusFailure.StorageFailed), "also for want of space: it is not known which names are on the disk");
            disk.Fails = Disks.Succeeds;
        }

        using var next = Open(disk);
        Assert.That(next.Latest, Is.Null);
    }

    private static void AssertHas(SimulatedDisk disk, ulong index)
    {
        using var store = Open(disk);
        Assert.That(store.Damaged, Is.Empty);
        Assert.That(store.Latest?.Position.Index, Is.EqualTo(new LogIndex(index)));
        Assert.That(Samples.ReadAll(store.Open(store.Latest!)), Is.EqualTo(State));
    }

    private static SnapshotStore Open(SimulatedDisk disk) =>
        SnapshotStore.Open(disk, Samples.Directory, Samples.Cluster, new SnapshotStoreOptions());
}
