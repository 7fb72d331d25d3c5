using Consensus.Storage.Snapshots;

namespace Consensus.Storage.Tests.Snapshots;

/// <summary>Power goes off before and after each step that changes the disk; of what was not flushed, anything may be there afterwards.</summary>
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

    /// <summary>The states of the disk that are tried at each step: all lost, all kept, and mixtures.</summary>
    internal static IEnumerable<(string Name, Func<bool> Keeps)> Fates()
    {
        yield return ("nothing unflushed is kept", () => false);
        yield return ("everything unflushed is kept", () => true);
        for (var seed = 1; seed <= 20; seed++)
        {
            var random = new Random(seed);
            yield return ($"unflushed steps are kept by seed {seed}", () => random.Next(2) == 0);
        }
    }

    private static void LoseEverywhere(Action<SnapshotStore> work)
    {
        var steps = 0;
        foreach (var after in new[] { false, true })
        {
            for (var step = 1; LosePower(work, step, after); step++)
            {
                steps = step;
            }
        }

        Assert.That(steps, Is.GreaterThanOrEqualTo(6), "create, write, flush, rename, flush the folder, delete the oldest");
    }

    /// <returns>Whether the work came so far.</returns>
    private static bool LosePower(Action<SnapshotStore> work, int step, bool after)
    {
        var disk = new PowerLossDisk();
        var store = Open(disk);
        store.Save(Samples.Draft(5), stream => stream.Write(OldState));
        store.Save(Samples.Draft(10), stream => stream.Write(OldState));
        disk.FailingStep = disk.Steps + step;
        disk.FailsAfterEffect = after;
        var isDone = false;
        try
        {
            work(store);
            isDone = true;
        }
        catch (PowerLossException)
        {
            Assert.That(disk.IsOff, Is.True);
        }

        foreach (var (fate, keeps) in Fates())
        {
            var where = $"{disk.Trace[^1]} ({(after ? "after" : "before")} it took effect), {fate}";
            var found = disk.AfterPowerLoss(keeps);
            using var reopened = Open(found);
            Assert.That(reopened.Damaged, Is.Empty, where);
            Assert.That(reopened.Latest, Is.Not.Null, where);
            var isNew = reopened.Latest!.Position.Index == new LogIndex(20);
            Assert.That(isNew || !isDone, Is.True, $"what was saved is there: {where}");
            Assert.That(Samples.ReadAll(reopened.Open(reopened.Latest)), Is.EqualTo(isNew ? NewState : OldState), where);
            Assert.That(found.Names, Has.None.EndsWith(".partial"), where);

            work(reopened);
            Assert.That(reopened.Latest.Position.Index, Is.EqualTo(new LogIndex(20)), where);
        }

        return !isDone;
    }

    private static SnapshotStore Open(PowerLossDisk disk) =>
        SnapshotStore.Open(disk, Samples.Directory, Samples.Cluster, new SnapshotStoreOptions());
}
