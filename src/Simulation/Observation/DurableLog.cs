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
    }

    public void Stage(in LogRecord record) =>
        _staged.Enqueue((record.Lsn, record.Kind, EntryMark.Of(record.Entry), record.Slot, record.Kind == LogRecordKind.Slot ? record.Value.ToArray() : []));

    /// <summary>Everything up to a record is on disk.</summary>
    public void Flush(Lsn lsn)
    {
        while (_staged.TryPeek(out var staged) && staged.Lsn <= lsn)
        {
            _staged.Dequeue();
            Apply(staged.Kind, staged.Mark, staged.Slot, staged.Value);
            LastLsn = staged.Lsn;
        }
    }

    /// <summary>The process ended: what was not on disk may be lost.</summary>
    public void Drop() => _staged.Clear();

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
                _slots[slot] = value;
                break;
            case LogRecordKind.Base:
                _entries.Clear();
                Base = mark.Index;
                break;
        }
    }
}
