using Consensus.Simulation.Disk;
using Consensus.Storage.Tests.Files;

namespace Consensus.Storage.Tests.Log;

/// <summary>
/// Goes through every operation that a run does to its disk, lets the machine crash there with every kind of loss, and opens what is left:
/// all that was acknowledged is there, nothing is invented, and the log can go on. Then crashes the recovery in the same way.
/// </summary>
public sealed class CrashTests
{
    private const int SubsetPartsMax = 7;

    private static readonly ulong[] Scattered = [0x5555_5555_5555_5555, 0xaaaa_aaaa_aaaa_aaaa, 0x9e37_79b9_7f4a_7c15, 0x61c8_8646_80b5_83ea, 0x0f0f_3c3c_c3c3_f0f0, 0xfffe, 0x7];

    [TestCaseSource(typeof(LogDrives), nameof(LogDrives.All))]
    public void A_crash_at_any_operation_loses_nothing_acknowledged_and_invents_nothing(Delegate drive)
    {
        var disk = Disks.New();
        var history = new DiskHistory(disk);
        using var run = new LogRun(disk, history: history);
        var created = history.Actions.ToList().IndexOf(DiskAction.FlushDirectory) + 1;
        ((Action<LogRun>)drive)(run);
        for (var operations = created; operations <= history.Count; operations++)
        {
            foreach (var loss in Losses(history, operations))
            {
                Check(run, history.After(operations, loss), operations, $"crash after operation {operations} ({history.Actions[operations - 1]}), {loss}", goesOn: true);
            }
        }
    }

    [TestCaseSource(typeof(LogDrives), nameof(LogDrives.All))]
    public void A_crash_during_recovery_changes_nothing(Delegate drive)
    {
        var disk = Disks.New();
        var history = new DiskHistory(disk);
        using var run = new LogRun(disk, history: history);
        var created = history.Actions.ToList().IndexOf(DiskAction.FlushDirectory) + 1;
        ((Action<LogRun>)drive)(run);
        for (var operations = created; operations <= history.Count; operations++)
        {
            foreach (var loss in new[] { Survival.Everything, Survival.Nothing, Survival.Torn(600), Survival.TornFromBehind(512), Survival.Torn(77) })
            {
                var recovering = history.After(operations, loss);
                var recovery = new DiskHistory(recovering);
                LogRun.Open(recovering).Log.Dispose();
                for (var again = 0; again <= recovery.Count; again++)
                {
                    foreach (var second in new[] { Survival.Everything, Survival.Nothing, Survival.Torn(30), Survival.TornFromBehind(512), Survival.Subset(0x55) })
                    {
                        Check(run, recovery.After(again, second), operations, $"crash after operation {operations}, {loss}, and after {again} of recovery, {second}", goesOn: false);
                    }
                }
            }
        }
    }

    private static IEnumerable<Survival> Losses(DiskHistory history, int operations)
    {
        yield return Survival.Everything;
        yield return Survival.Nothing;
        var unflushed = history.After(operations);
        var parts = unflushed.UnflushedParts;
        if (parts is 0)
        {
            yield break;
        }

        var subsets = parts <= SubsetPartsMax ? Enumerable.Range(0, 1 << parts).Select(bits => (ulong)bits) : Scattered;
        foreach (var survivors in subsets)
        {
            yield return Survival.Subset(survivors);
        }

        if (history.Actions[operations - 1] == DiskAction.Write)
        {
            var length = unflushed.LastWrite.Length;
            for (var kept = 0; kept < length; kept += kept < 1100 ? 1 : 97)
            {
                yield return Survival.Torn(kept);
            }

            for (var lost = 1; lost < length; lost += lost < 64 ? 1 : 111)
            {
                yield return Survival.TornFromBehind(lost);
            }
        }
    }

    private static void Check(LogRun run, SimulatedDisk disk, int operations, string where, bool goesOn)
    {
        var acknowledged = run.Acknowledged.FindLastIndex(acknowledged => acknowledged.Operations <= operations);
        var expected = acknowledged < 0 ? new LogModel() : run.Acknowledged[acknowledged].State;
        var inFlight = acknowledged + 1 < run.Acknowledged.Count ? run.Acknowledged[acknowledged + 1].State : expected;
        var compacted = run.Compacted.FindLast(compaction => compaction.Operations <= operations).Index;

        try
        {
            var (log, recovered) = LogRun.Open(disk);
            using (log)
            {
                var difference = expected.Difference(recovered, compacted);
                var differenceInFlight = inFlight.Difference(recovered, compacted);
                if (difference is not null && differenceInFlight is not null)
                {
                    Assert.Fail($"{where}: against what was acknowledged: {difference}; against that and the write under way: {differenceInFlight}");
                }

                if (goesOn)
                {
                    GoOn(log, disk, difference is null ? expected : inFlight, compacted, where);
                }
            }
        }
        catch (ConsensusException exception)
        {
            Assert.Fail($"{where}: {exception.Message}");
        }
    }

    private static void GoOn(Consensus.Storage.Log.WriteAheadLog log, SimulatedDisk disk, LogModel state, LogIndex compacted, string where)
    {
        foreach (var record in new[] { state.NextEntry(700, 9), state.After(state.NextEntry(700, 9)).NextSlot(9, "on") })
        {
            log.Stage(record);
            state = state.After(record);
            log.Persist(log.TakeBatch()!);
        }

        log.Dispose();
        var (again, recovered) = LogRun.Open(disk);
        again.Dispose();
        if (state.Difference(recovered, compacted) is { } difference)
        {
            Assert.Fail($"{where}, then two more records: {difference}");
        }
    }
}
