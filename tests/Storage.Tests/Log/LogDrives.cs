namespace Consensus.Storage.Tests.Log;

/// <summary>Runs of a log that between them do all that a replica does to one.</summary>
internal static class LogDrives
{
    public static IEnumerable<TestCaseData> All()
    {
        yield return new TestCaseData((Action<LogRun>)Appends).SetArgDisplayNames("appends");
        yield return new TestCaseData((Action<LogRun>)Truncations).SetArgDisplayNames("truncations across segments");
        yield return new TestCaseData((Action<LogRun>)Compactions).SetArgDisplayNames("compactions");
        yield return new TestCaseData((Action<LogRun>)Rebases).SetArgDisplayNames("installed snapshots");
        yield return new TestCaseData((Action<LogRun>)LargeBatches).SetArgDisplayNames("batches larger than a segment");
        yield return new TestCaseData((Action<LogRun>)Restarts).SetArgDisplayNames("restarts");
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
}
