using Consensus.Simulation.Disk;
using Consensus.Storage.Snapshots;
using Consensus.Storage.Tests.Files;

namespace Consensus.Storage.Tests.Snapshots;

/// <summary>Power goes off before each step that changes the disk; of what was not flushed, anything may be there afterwards.</summary>
public sealed class SnapshotCrashTests
{
    private static readonly byte[] OldState = Samples.Bytes(700, 1);
    private static readonly byte[] NewState = Samples.Bytes(900, 2);

    [Test]
    public void Power_loss_while_saving_leaves_the_old_or_the_new_snapshot() =>
        LoseEverywhere(store => store.Save(Samples.Draft(20), stream => stream.Write(NewState)));

    [Test]
    public void Power_loss_while_receiving_leaves_the_old_or_the_new_snapshot() => LoseEverywhere(store =>
    {
        var snapshot = Samples.Described(20, NewState);
        store.StoreChunk(snapshot, 0, NewState.AsSpan(0, 300));
        store.StoreChunk(snapshot, 300, NewState.AsSpan(300, 300));
        store.StoreChunk(snapshot, 600, NewState.AsSpan(600));
    });

    private static void LoseEverywhere(Action<SnapshotStore> work)
    {
        var step = 1;
        while (LosePower(work, step))
        {
            step++;
        }

        Assert.That(step, Is.GreaterThan(6), "create, write, flush, rename, flush the folder, delete the oldest");
    }

    /// <returns>Whether the work has so many steps.</returns>
    private static bool LosePower(Action<SnapshotStore> work, int step)
    {
        var disk = Disks.New();
        var store = Open(disk);
        store.Save(Samples.Draft(5), stream => stream.Write(OldState));
        store.Save(Samples.Draft(10), stream => stream.Write(OldState));
        var loss = new PowerLoss(disk, step);
        try
        {
            work(store);
        }
        catch (PowerLossException)
        {
            Assert.That(loss.IsOff, Is.True);
        }

        foreach (var (fate, found) in PowerLoss.Outcomes(disk))
        {
            var where = $"{loss}, {fate}";
            using var reopened = Open(found);
            Assert.That(reopened.Damaged, Is.Empty, where);
            Assert.That(reopened.Latest, Is.Not.Null, where);
            var isNew = reopened.Latest!.Position.Index == new LogIndex(20);
            Assert.That(isNew || loss.IsOff, Is.True, $"what was saved is there: {where}");
            Assert.That(Samples.ReadAll(reopened.Open(reopened.Latest)), Is.EqualTo(isNew ? NewState : OldState), where);
            Assert.That(found.Paths, Has.None.EndsWith(".partial"), where);

            work(reopened);
            Assert.That(reopened.Latest.Position.Index, Is.EqualTo(new LogIndex(20)), where);
        }

        return loss.IsOff;
    }

    private static SnapshotStore Open(SimulatedDisk disk) =>
        SnapshotStore.Open(disk, Samples.Directory, Samples.Cluster, new SnapshotStoreOptions());
}
