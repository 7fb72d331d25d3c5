using Consensus.Engine;
using Consensus.Simulation.Disk;
using Consensus.Storage.Reconciliation;
using Consensus.Storage.Tests.Files;
using Consensus.Storage.Tests.Snapshots;

namespace Consensus.Storage.Tests.Replica;

/// <summary>Power goes off before each step that changes the disk; of what was not flushed, anything may be there afterwards.</summary>
public sealed class ReplicaCrashTests
{
    [Test]
    public void Power_loss_during_creation_leaves_a_data_folder_or_none()
    {
        var steps = LoseEverywhere(
            Disks.New,
            Folder.Create,
            (found, isDone, where) =>
            {
                var exists = ReplicaStorage.Exists(found, Folder.Directory);
                Assert.That(exists || !isDone, Is.True, $"what was created is there: {where}");
                if (!exists)
                {
                    Folder.Create(found);
                }

                using var storage = Folder.Open(found);
                Assert.That(storage.Recovered.Bootstrap, Is.EqualTo(Samples.Membership), where);
                Assert.That(found.Paths, Has.None.EndsWith(".partial"), where);
            });
        Assert.That(steps, Is.GreaterThanOrEqualTo(9), "four for the log's first segment, five for the identity");
    }

    [Test]
    public void Power_loss_while_the_log_is_begun_anew_after_a_snapshot_leaves_a_folder_that_opens()
    {
        LogPosition position = default;
        var steps = LoseEverywhere(
            () =>
            {
                var disk = Disks.New();
                var folder = new Folder(disk);
                Folder.Create(disk);
                using var storage = Folder.Open(disk);
                folder.Append(storage.Log, 4);
                folder.Skip(10);
                Folder.Receive(storage.Snapshots, folder.Last);
                position = folder.Last;
                disk.Put("data/snapshots/writing.partial", [1]);
                return disk;
            },
            disk => Folder.Open(disk).Dispose(),
            (found, isDone, where) =>
            {
                using var storage = Folder.Open(found);
                Assert.That(storage.Found, Is.EqualTo(ReconciliationCase.SnapshotAhead).Or.EqualTo(ReconciliationCase.SnapshotAndLog), where);
                Assert.That(storage.Found == ReconciliationCase.SnapshotAndLog || !isDone, Is.True, where);
                Assert.That(storage.Recovered.Base, Is.EqualTo(position), where);
                Assert.That(storage.Recovered.Snapshot!.Position, Is.EqualTo(position), where);
                Assert.That(storage.Recovered.Entries, Is.Empty, where);
            });
        Assert.That(steps, Is.GreaterThanOrEqualTo(3), "the leftover, and the record with its flush");
    }

    [Test]
    public void Power_loss_while_a_snapshot_is_received_and_noted_leaves_a_folder_that_opens()
    {
        Folder folder = new(Disks.New());
        LoseEverywhere(
            () =>
            {
                var disk = Disks.New();
                folder = new Folder(disk);
                Folder.Create(disk);
                using var storage = Folder.Open(disk);
                folder.Append(storage.Log, 4);
                folder.Skip(10);
                return disk;
            },
            disk =>
            {
                using var storage = Folder.Open(disk);
                Folder.Receive(storage.Snapshots, folder.At(14));
                Folder.Rebase(storage.Log, folder.At(14));
            },
            (found, isDone, where) =>
            {
                using var storage = Folder.Open(found);
                var isInstalled = storage.Recovered.Snapshot is not null;
                Assert.That(isInstalled || !isDone, Is.True, where);
                Assert.That(storage.Recovered.Entries, Has.Count.EqualTo(isInstalled ? 0 : 4), where);
                Assert.That(storage.Recovered.Base, Is.EqualTo(isInstalled ? folder.At(14) : LogPosition.Origin), where);
            });
    }

    [Test]
    public void An_identity_whose_name_a_killed_process_has_not_flushed_is_durable_once_the_next_uses_the_folder()
    {
        var disk = Disks.New();
        var hasName = false;
        disk.OnAction = action =>
        {
            hasName |= action == DiskAction.Rename;
            _ = hasName && action == DiskAction.FlushDirectory ? throw new PowerLossException() : action;
        };
        Assert.Throws<PowerLossException>(() => Folder.Create(disk));
        disk.OnAction = static _ => { };
        disk.Crash(DiskLoss.Nothing);
        Folder.Open(disk).Dispose();
        disk.Crash(DiskLoss.Everything);
        Assert.That(ReplicaStorage.Exists(disk, Folder.Directory), Is.True);
        Folder.Open(disk).Dispose();
    }

    [Test]
    public void An_identity_whose_name_could_not_be_flushed_makes_no_data_folder()
    {
        var disk = Disks.New();
        disk.Fails = (action, path) => action == DiskAction.FlushDirectory && path == Folder.Directory ? new IOException("EIO") : null;
        var thrown = Assert.Throws<ConsensusException>(() => Folder.Create(disk));
        Assert.That(thrown!.Reason, Is.EqualTo(ConsensusFailure.StorageFailed));
        Assert.That(ReplicaStorage.Exists(disk, Folder.Directory), Is.False);
        disk.Fails = Disks.Succeeds;
        Folder.Create(disk);
        disk.Crash(DiskLoss.Everything);
        Folder.Open(disk).Dispose();
    }

    /// <returns>How many steps the work has.</returns>
    private static int LoseEverywhere(Func<SimulatedDisk> begin, Action<SimulatedDisk> work, Action<SimulatedDisk, bool, string> check)
    {
        for (var step = 1; ; step++)
        {
            var disk = begin();
            var loss = new PowerLoss(disk, step);
            try
            {
                work(disk);
            }
            catch (PowerLossException)
            {
                Assert.That(loss.IsOff, Is.True);
            }

            foreach (var (fate, found) in PowerLoss.Outcomes(disk))
            {
                check(found, !loss.IsOff, $"{loss}, {fate}");
            }

            if (!loss.IsOff)
            {
                return loss.Steps;
            }
        }
    }
}
