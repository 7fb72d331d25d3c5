using Consensus.Engine;

namespace Consensus.Simulation.Observation;

/// <summary>
/// What one node's log holds for certain: what was staged, and has reached the disk. Kept beside the log itself, so that what the log
/// recovers after a crash can be compared with what it had promised.
/// </summary>
internal sealed class DurableLog : LogContent
{
    private readonly Queue<(Lsn Lsn, LogRecordKind Kind, EntryMark Mark, ulong Slot, byte[] Value)> _staged = new();
    private readonly SortedDictionary<ulong, byte[]> _slots = [];

    /// <summary>The last record on disk.</summary>
    public Lsn LastLsn { get; private set; }

    /// <summary>The last batch that was flushed, if it holds nothing but entries, and the process that wrote it is the last one.</summary>
    public LogPart? LastBatch { get; private set; }

    /// <summary>What was staged and is not known to be on disk, if it is nothing but entries.</summary>
    public LogPart? Unflushed => _staged.Count > 0 && _staged.All(record => record.Kind == LogRecordKind.Entry)
        ? new LogPart(_staged.Peek().Lsn, _staged.Last().Mark)
        : null;

    /// <summary>The last record that was staged, on disk or not.</summary>
    public Lsn LastStaged { get; private set; }

    /// <summary>The engine's named values on disk.</summary>
    public IReadOnlyDictionary<ulong, byte[]> Slots => _slots;

    /// <summary>
    /// Whether a log may have been begun anew when its folder was opened, behind a snapshot that is ahead of it: one record, which nobody saw staged.
    /// </summary>
    public static bool IsBegunAnew(RecoveredState recovered) => recovered.Entries.Count == 0 && recovered.Snapshot?.Position == recovered.Base;

    /// <summary>The node starts from what it recovered.</summary>
    public void Reset(RecoveredState recovered)
    {
        Clear();
        ResetTo(recovered);
        LastLsn = recovered.LastLsn;
        LastStaged = recovered.LastLsn;
        foreach (var (slot, value) in recovered.Slots)
        {
            _slots[slot] = value.ToArray();
        }
    }

    /// <summary>The disk is empty.</summary>
    public void Clear()
    {
        _staged.Clear();
        _slots.Clear();
        Empty();
        LastLsn = default;
        LastStaged = default;
        LastBatch = null;
    }

    public void Stage(in LogRecord record)
    {
        _staged.Enqueue((record.Lsn, record.Kind, EntryMark.Of(record.Entry), record.Slot, record.Kind == LogRecordKind.Slot ? record.Value.ToArray() : []));
        LastStaged = record.Lsn;
    }

    /// <summary>
    /// Everything up to a record is on disk. What is staged behind it stays staged, also when the process ends: it may be on disk or not,
    /// which shows when the node starts again.
    /// </summary>
    public void Flush(Lsn lsn)
    {
        var first = LastLsn.Next;
        var hasEntriesOnly = true;
        while (_staged.TryPeek(out var staged) && staged.Lsn <= lsn)
        {
            _staged.Dequeue();
            hasEntriesOnly &= staged.Kind == LogRecordKind.Entry;
            if (staged.Kind == LogRecordKind.Slot)
            {
                SetSlot(staged.Slot, staged.Value);
            }

            Take(staged.Kind, staged.Mark);
            LastLsn = staged.Lsn;
        }

        if (LastLsn >= first)
        {
            LastBatch = hasEntriesOnly ? new LogPart(first, this[Last]!.Value) : null;
        }

        ForgetVoided();
    }

    /// <summary>The log was opened: what was staged up to its last record has got to the disk.</summary>
    public void Find(RecoveredState recovered)
    {
        // A log that was begun anew has a record there that nobody staged, in the place of the first that is lost.
        var isAnother = IsBegunAnew(recovered) && _staged.Any(record => record.Lsn == recovered.LastLsn && !IsFound(record.Kind, record.Mark, record.Slot, record.Value, recovered));
        Flush(isAnother ? new Lsn(recovered.LastLsn.Value - 1) : recovered.LastLsn);
    }

    /// <summary>A part of the log's end that consists of entries is gone.</summary>
    public void Lose(in LogPart part)
    {
        var lost = LastLsn.Value + 1 - part.First.Value;
        Take(LogRecordKind.Truncate, new EntryMark(new LogIndex(Last.Value + 1 - lost), default, default, default));
        LastLsn = new Lsn(part.First.Value - 1);
        ForgetVoided();
    }

    /// <summary>A truncation that voids all after the base leaves what a log that was begun anew has: nothing.</summary>
    private static bool IsFound(LogRecordKind kind, EntryMark mark, ulong slot, byte[] value, RecoveredState recovered) => kind switch
    {
        LogRecordKind.Slot => recovered.Slots.TryGetValue(slot, out var found) ? found.Span.SequenceEqual(value) : value.Length == 0,
        LogRecordKind.Truncate => mark.Index == recovered.Base.Index.Next,
        _ => false,
    };

    private void SetSlot(ulong slot, byte[] value)
    {
        if (value.Length == 0)
        {
            _slots.Remove(slot);
        }
        else
        {
            _slots[slot] = value;
        }
    }
}
