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

    private static IEnumerable<TestCaseData> Runs()
    {
        yield return new TestCaseData((Action<LogRun>)Appends).SetArgDisplayNames("appends");
        yield return new TestCaseData((Action<LogRun>)Truncations).SetArgDisplayNames("truncations across segments");
        yield return new TestCaseData((Action<LogRun>)Compactions).SetArgDisplayNames("compactions");
        yield return new TestCaseData((Action<LogRun>)Rebases).SetArgDisplayNames("installed snapshots");
        yield return new TestCaseData((Action<LogRun>)LargeBatches).SetArgDisplayNames("batches larger than a segment");
        yield return new TestCaseData((Action<LogRun>)Restarts).SetArgDisplayNames("restarts");
    }

    [TestCaseSource(nameof(Runs))]
    public void A_crash_at_any_operation_loses_nothing_acknowledged_and_invents_nothing(Delegate drive)
    {
        var disk = new CrashDisk();
        using var run = new LogRun(disk);
        var created = disk.Journal.ToList().FindIndex(operation => operation is FolderFlushed) + 1;
        ((Action<LogRun>)drive)(run);
        for (var operations = created; operations <= disk.Journal.Count; operations++)
        {
            foreach (var loss in Losses(disk, operations))
            {
                Check(run, disk.After(operations, loss), operations, $"crash after operation {operations} ({disk.Journal[operations - 1]}), {loss}", goesOn: true);
            }
        }
    }

    [TestCaseSource(nameof(Runs))]
    public void A_crash_during_recovery_changes_nothing(Delegate drive)
    {
        var disk = new CrashDisk();
        using var run = new LogRun(disk);
        var created = disk.Journal.ToList().FindIndex(operation => operation is FolderFlushed) + 1;
        ((Action<LogRun>)drive)(run);
        for (var operations = created; operations <= disk.Journal.Count; operations++)
        {
            foreach (var loss in new[] { CrashLoss.Nothing, CrashLoss.Everything, CrashLoss.Torn(600), CrashLoss.TornFromBehind(512), CrashLoss.Torn(77) })
            {
                var recovering = disk.After(operations, loss);
                LogRun.Open(recovering).Log.Dispose();
                for (var again = 0; again <= recovering.Journal.Count; again++)
                {
                    foreach (var second in new[] { CrashLoss.Nothing, CrashLoss.Everything, CrashLoss.Torn(30), CrashLoss.TornFromBehind(512), CrashLoss.Subset(0x55) })
                    {
                        Check(run, recovering.After(again, second), operations, $"crash after operation {operations}, {loss}, and after {again} of recovery, {second}", goesOn: false);
                    }
                }
            }
        }
    }

    private static void Appends(LogRun run)
    {
        for (var i = 0; i < 12; i++)
        {
            run.Entries(1 + (i % 3), 150 + (40 * i)).Slot((ulong)i % 2, $"value {i}").Persist();
        }
    }

    private static void Truncations(LogRun run)
    {
        run.Entries(6, 300).Persist().Entries(6, 300).Persist();
        run.Truncate(4).Entries(2, 300, term: 2).Persist();
        run.Truncate(6).Persist().Entries(9, 300, term: 3).Persist();
        run.Truncate(1).Entries(2, 1200, term: 4).Persist().Entries(2, 900, term: 4).Persist();
    }

    private static void Compactions(LogRun run)
    {
        for (var i = 1; i <= 14; i++)
        {
            run.Entries(2, 500).Slot(1, $"value {i}").Persist();
            if (i % 4 == 0)
            {
                run.Compact((ulong)(2 * i) - 3);
            }
        }

        // The truncated entries fill a segment of their own; the new ones outgrow them, and then all are covered.
        run.Truncate(24).Entries(12, 600, term: 2).Persist().Entries(2, 800, term: 2).Persist().Compact(34).Entries(1, 2000, term: 2).Persist().Compact(37);
    }

    private static void Rebases(LogRun run)
    {
        run.Entries(8, 700).Slot(1, "before").Persist().Entries(3, 700).Persist();
        run.Base(5000).Entries(2, 200).Slot(1, "after").Persist().Compact(100);
        run.Entries(5, 900).Persist().Compact(5003).Base(6000).Persist().Entries(4, 900).Persist();
    }

    private static void LargeBatches(LogRun run) =>
        run.Entries(1, 9000).Persist().Entry(10).Persist().Entries(2, 3000).Persist().Entries(3, 2500).Persist().Compact(3).Entry().Persist();

    private static void Restarts(LogRun run)
    {
        for (var i = 0; i < 6; i++)
        {
            run.Entries(2, 350).Slot(3, $"{i}").Persist().Reopen();
        }
    }

    private static IEnumerable<CrashLoss> Losses(CrashDisk disk, int operations)
    {
        yield return CrashLoss.Nothing;
        yield return CrashLoss.Everything;
        var parts = disk.UnflushedParts(operations);
        if (parts is 0)
        {
            yield break;
        }

        var subsets = parts <= SubsetPartsMax ? Enumerable.Range(0, 1 << parts).Select(bits => (ulong)bits) : Scattered;
        foreach (var survivors in subsets)
        {
            yield return CrashLoss.Subset(survivors);
        }

        if (disk.Journal[operations - 1] is Written write)
        {
            for (var kept = 0; kept < write.Data.Length; kept += kept < 1100 ? 1 : 97)
            {
                yield return CrashLoss.Torn(kept);
            }

            for (var lost = 1; lost < write.Data.Length; lost += lost < 64 ? 1 : 111)
            {
                yield return CrashLoss.TornFromBehind(lost);
            }
        }
    }

    private static void Check(LogRun run, CrashDisk disk, int operations, string where, bool goesOn)
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

    private static void GoOn(Consensus.Storage.Log.WriteAheadLog log, CrashDisk disk, LogModel state, LogIndex compacted, string where)
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
