using Consensus.Engine;

namespace Consensus.Simulation.Observation;

/// <summary>
/// What one node's log holds for certain: what was staged, and has reached the disk. Kept beside the log itself, so that what the log
/// recovers after a crash can be compared with what it had promised.
/// </summary>
internal sealed class DurableLog
{
    private readonly Queue<(Lsn Lsn, LogRecordKind Kind, EntryMark Mark, ulong Slot, byte[] Value)> _staged = new();
    private readonly List<EntryMark> _entries = [];
    private readonly SortedDictionary<ulong, byte[]> _slots = [];

    /// <summary>The entry after which the log begins.</summary>
    public LogIndex Base { get; private set; }

    /// <summary>The last entry on disk.</summary>
    public LogIndex Last => _entries.Count > 0 ? _entries[^1].Index : Base;

    /// <summary>The last record on disk.</summary>
    public Lsn LastLsn { get; private set; }

    /// <summary>The last batch that was flushed, if it holds nothing but entries, and the process that wrote it is the last one.</summary>
    public LogPart? LastBatch { get; private set; }

    /// <summary>What was staged and is not known to be on disk, if it is nothing but entries.</summary>
    public LogPart? Unflushed => _staged.Count > 0 && _staged.All(record => record.Kind == LogRecordKind.Entry)
        ? new LogPart(_staged.Peek().Lsn, _staged.Last().Mark)
        : null;

    /// <summary>The engine's named values on disk.</summary>
    public IReadOnlyDictionary<ulong, byte[]> Slots => _slots;

    /// <summary>The entry on disk at an index, if there is one.</summary>
    public EntryMark? this[LogIndex index] => index > Base && index <= Last ? _entries[(int)(index.Value - Base.Value - 1)] : null;

    /// <summary>Whether an entry is on disk, or a snapshot that the log begins after covers it.</summary>
    public bool Holds(in EntryMark mark) => mark.Index <= Base || this[mark.Index] is { } held && held.Chain == mark.Chain;

    /// <summary>The node starts from what it recovered.</summary>
    public void Reset(RecoveredState recovered)
    {
        _staged.Clear();
        _entries.Clear();
        _slots.Clear();
        Base = recovered.Base.Index;
        LastLsn = recovered.LastLsn;
        LastBatch = null;
        foreach (var entry in recovered.Entries)
        {
            _entries.Add(EntryMark.Of(entry));
        }

        foreach (var (slot, value) in recovered.Slots)
        {
            _slots[slot] = value.ToArray();
        }
    }

    /// <summary>The disk is empty.</summary>
    public void Clear()
    {
        _staged.Clear();
        _entries.Clear();
        _slots.Clear();
        Base = LogIndex.Zero;
        LastLsn = default;
        LastBatch = null;
    }

    public void Stage(in LogRecord record) =>
        _staged.Enqueue((record.Lsn, record.Kind, EntryMark.Of(record.Entry), record.Slot, record.Kind == LogRecordKind.Slot ? record.Value.ToArray() : []));

    /// <summary>Everything up to a record is on disk.</summary>
    public void Flush(Lsn lsn)
    {
        var first = LastLsn.Next;
        var hasEntriesOnly = true;
        while (_staged.TryPeek(out var staged) && staged.Lsn <= lsn)
        {
            _staged.Dequeue();
            Apply(staged.Kind, staged.Mark, staged.Slot, staged.Value);
            hasEntriesOnly &= staged.Kind == LogRecordKind.Entry;
            LastLsn = staged.Lsn;
        }

        LastBatch = hasEntriesOnly && LastLsn >= first ? new LogPart(first, _entries[^1]) : null;
    }

    /// <summary>
    /// What the log would hold if its last record were this one: more than is known to be on disk, if staged records survived a crash, or
    /// less, if the last batch was lost.
    /// </summary>
    /// <returns>The log, or <see langword="null"/> if it never ended there.</returns>
    public DurableLog? At(Lsn lsn)
    {
        var log = new DurableLog { Base = Base, LastLsn = LastLsn };
        log._entries.AddRange(_entries);
        foreach (var (slot, value) in _slots)
        {
            log._slots.Add(slot, value);
        }

        foreach (var staged in _staged)
        {
            log._staged.Enqueue(staged);
        }

        if (lsn < LastLsn)
        {
            if (LastBatch is not { } batch || lsn.Next < batch.First)
            {
                return null;
            }

            var lost = (int)(LastLsn.Value - lsn.Value);
            log._entries.RemoveRange(_entries.Count - lost, lost);
            log.LastLsn = lsn;
        }

        log.Flush(lsn);
        return log.LastLsn == lsn ? log : null;
    }

    private void Apply(LogRecordKind kind, in EntryMark mark, ulong slot, byte[] value)
    {
        switch (kind)
        {
            case LogRecordKind.Entry:
                _entries.Add(mark);
                break;
            case LogRecordKind.Truncate:
                var kept = (int)Math.Max(0, (long)mark.Index.Value - 1 - (long)Base.Value);
                _entries.RemoveRange(Math.Min(kept, _entries.Count), Math.Max(0, _entries.Count - kept));
                break;
            case LogRecordKind.Slot:
                SetSlot(slot, value);
                break;
            case LogRecordKind.Base:
                _entries.Clear();
                Base = mark.Index;
                break;
        }
    }

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
