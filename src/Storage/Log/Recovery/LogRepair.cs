using Consensus.Engine;

namespace Consensus.Storage.Log;

/// <summary>
/// Makes a judged log ready to be appended to: removes what is unfinished, makes durable what may be in the system's cache only, cuts the
/// torn tail with that, and prepares the next segment. A crash at any point leaves a log that is judged alike.
/// </summary>
/// <remarks>
/// What may be in the cache only: a batch is written after the flush of the one before, so of those the last alone; and of a segment
/// without a batch all, its header too. What follows the last batch must be zeros on the disk as well, which an opening that failed may not
/// have achieved. Older segments were given up after a flush that succeeded.
/// </remarks>
internal sealed class LogRepair(SegmentStore store, WriteAheadLogOptions options)
{
    public LogWriter Run(List<(SegmentScan Scan, RecoveryVerdict Verdict)> judged, LogState state)
    {
        foreach (var (scan, _) in judged.Where(segment => segment.Verdict == RecoveryVerdict.Discard))
        {
            store.Delete(scan.Number);
        }

        var kept = judged.FindAll(segment => segment.Verdict != RecoveryVerdict.Discard);
        var activeAt = Math.Max(0, kept.FindLastIndex(segment => segment.Scan.Checkpoint is not null));
        for (var i = kept.Count - 1; i > activeAt + 1; i--)
        {
            store.Delete(kept[i].Scan.Number);
        }

        var spare = new SpareSegment(store, options.PrepareInBackground);
        Segment? active = null;
        try
        {
            active = Open(kept[activeAt].Scan);
            if (activeAt + 1 < kept.Count)
            {
                spare.Adopt(Open(kept[activeAt + 1].Scan));
            }

            store.FlushDirectory();
            spare.Ensure(active.Number + 1);
            var closed = Closed(kept, activeAt, out var highestInActive);
            var writer = new LogWriter(store, spare, state, closed, active, highestInActive, options.Reserve);
            writer.MarkEnd();
            return writer;
        }
        catch
        {
            spare.Dispose();
            active?.Dispose();
            throw;
        }
    }

    private Segment Open(SegmentScan scan)
    {
        var segment = new Segment(store.Open(scan.Number), scan.Number, scan.Salt, scan.End);
        try
        {
            segment.Rewrite(scan.LastBatch);
            return segment;
        }
        catch
        {
            segment.Dispose();
            throw;
        }
    }

    private static List<(ulong Number, LogIndex HighestEntry)> Closed(
        List<(SegmentScan Scan, RecoveryVerdict Verdict)> kept,
        int activeAt,
        out LogIndex highestInActive)
    {
        var highest = new LogIndex[activeAt + 1];
        for (var i = 0; i <= activeAt; i++)
        {
            foreach (var (_, record) in kept[i].Scan.Records)
            {
                if (record.Kind == LogRecordKind.Base)
                {
                    Array.Clear(highest, 0, i + 1);
                }
                else if (record.Kind == LogRecordKind.Entry)
                {
                    highest[i] = LogIndex.Max(highest[i], record.Entry.Index);
                }
            }
        }

        highestInActive = highest[activeAt];
        return [.. kept.Take(activeAt).Select((segment, i) => (segment.Scan.Number, highest[i]))];
    }
}
