using Consensus.Engine;
using Consensus.Storage.Files;

namespace Consensus.Storage.Tests.Log;

public sealed class AllocationTests
{
    private const int RecordsPerRound = 500;
    private const int Rounds = 6;

    [Test]
    public void Staging_and_persisting_allocate_nothing_once_warm()
    {
        using var run = new LogRun(new MemoryFileSystem(), 8 * 1024 * 1024);
        var records = Prepare(run.Model);
        var allocated = new List<long>();
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Drive(run, records.AsSpan(round * RecordsPerRound, RecordsPerRound));
            allocated.Add(GC.GetAllocatedBytesForCurrentThread() - before);
        }

        // The runtime itself may allocate in a round, when it compiles a method anew; the log would in every round.
        Assert.That(allocated[1..], Has.Some.Zero, string.Join(' ', allocated));
    }

    private static LogRecord[] Prepare(LogModel model)
    {
        var records = new LogRecord[Rounds * RecordsPerRound];
        for (var i = 0; i < records.Length; i++)
        {
            records[i] = i % 10 == 0 ? model.NextSlot(1, $"term {i:D5}") : model.NextEntry(256);
            model = model.After(records[i]);
        }

        return records;
    }

    private static void Drive(LogRun run, ReadOnlySpan<LogRecord> records)
    {
        for (var i = 0; i < records.Length; i++)
        {
            run.Log.Stage(records[i]);
            if (i % 5 == 4)
            {
                run.Log.Persist(run.Log.TakeBatch()!);
            }
        }
    }
}
