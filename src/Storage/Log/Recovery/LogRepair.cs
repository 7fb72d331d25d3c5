using Consensus.Engine;

namespace Consensus.Storage.Log;

/// <summary>
/// Makes a judged log ready to be appended to: cuts the torn tail, removes what is unfinished, makes durable what the last process may
/// have left in the system's cache, and prepares the next segment. A crash at any point leaves a log that is judged alike.
/// </summary>
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
            active = Open(kept[activeAt]);
            if (activeAt + 1 < kept.Count)
            {
                spare.Adopt(Open(kept[activeAt + 1]));
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

    private Segment Open((SegmentScan Scan, RecoveryVerdict Verdict) judged)
    {
        var scan = judged.Scan;
        var segment = new Segment(store.Open(scan.Number), scan.Number, scan.Salt, scan.End);
        try
        {
            if (judged.Verdict == RecoveryVerdict.CutTail)
            {
                segment.Erase(scan.DirtyEnd - scan.End);
            }
            else
            {
                segment.Flush();
            }

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
