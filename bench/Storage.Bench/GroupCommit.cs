using System.Diagnostics;
using Consensus.Engine;
using Consensus.Storage.Files;
using Consensus.Storage.Log;

namespace Consensus.Storage.Bench;

/// <summary>What one run of batches of equal size has cost.</summary>
internal sealed record GroupCommit(string Disk, int PayloadBytes, int BatchRecords, double Seconds, double[] FlushMicroseconds, long AllocatedBytes)
{
    private const int WarmUpBatches = 50;
    private const ulong CompactEvery = 64;

    public static GroupCommit Measure(string name, IFileSystem files, string directory, int payloadBytes, int batchRecords, double seconds)
    {
        var identity = new ReplicaIdentity(new ClusterId(Guid.Parse("5f0e1a52-6c7b-4c62-9d36-2f8f4f0d7a11")), new NodeId(1));
        var options = new WriteAheadLogOptions();
        WriteAheadLog.Create(files, directory, identity, options);
        using var log = WriteAheadLog.Open(files, directory, identity, options).Log;

        var payload = new byte[payloadBytes];
        new Random(1).NextBytes(payload);
        var flushes = new List<double>(8_000_000);
        var index = 0UL;
        for (var i = 0; i < WarmUpBatches; i++)
        {
            WriteBatch(log, payload, batchRecords, ref index);
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
        {
            var before = Stopwatch.GetTimestamp();
            WriteBatch(log, payload, batchRecords, ref index);
            flushes.Add(Stopwatch.GetElapsedTime(before).TotalMicroseconds);
            if ((ulong)flushes.Count % CompactEvery == 0)
            {
                while (log.Compact(new LogIndex(index)))
                {
                    // One file after the other.
                }
            }
        }

        var elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        flushes.Sort();
        return new GroupCommit(name, payloadBytes, batchRecords, elapsed, [.. flushes], allocated);
    }

    public void Print()
    {
        var count = FlushMicroseconds.Length;
        var records = (double)count * BatchRecords;
        Console.WriteLine(
            $"{Disk,-7} {PayloadBytes,7} {BatchRecords,6} {count / Seconds,11:N0} {records / Seconds,10:N0} {records * PayloadBytes / Seconds / 1e6,9:N1}"
            + $" {FlushMicroseconds[count / 2],9:N0} {FlushMicroseconds[count * 99 / 100],9:N0} {FlushMicroseconds[^1],9:N0} {AllocatedBytes / records,13:N3}");
    }

    private static void WriteBatch(WriteAheadLog log, byte[] payload, int records, ref ulong index)
    {
        for (var i = 0; i < records; i++)
        {
            index++;
            var entry = new LogEntry(new LogIndex(index), new Term(1), EntryKind.Command, default, payload, default);
            log.Stage(new LogRecord(LogRecordKind.Entry, log.LastStaged.Next, entry, 0, default));
        }

        log.Persist(log.TakeBatch()!);
    }
}
