using System.Diagnostics;

namespace Consensus.Engine;

/// <summary>
/// The replicated log as its core sees it: all entries after <see cref="Base"/>, in memory, each with its hash-chain value, and how far
/// they are on disk. Every change is an effect on the write-ahead log at the same time.
/// </summary>
/// <remarks>Not safe to use from more than one thread. What is asked of entries that are not there stops the replica (<see cref="Invariant"/>).</remarks>
public sealed class EntryLog
{
    private readonly EntryChain _chain = new();
    private readonly PayloadArena _arena = new();
    private readonly Queue<(Lsn Lsn, LogIndex Index, long Bytes)> _unflushed = new();
    private LogEntry[] _entries;
    private int _head;
    private int _count;

    /// <summary>Takes over the recovered entries, all of which are on disk.</summary>
    public EntryLog(RecoveredState recovered)
    {
        Base = recovered.Base;
        _entries = new LogEntry[Math.Max(64, recovered.Entries.Count)];
        foreach (var entry in recovered.Entries)
        {
            Keep(entry.Index, entry.Term, entry.Kind, entry.Time, entry.Payload.Span);
        }

        DurableIndex = LastIndex;
    }

    /// <summary>The point after which the entries in memory begin; a snapshot covers it.</summary>
    public LogPosition Base { get; private set; }

    /// <summary>The last entry's index; that of <see cref="Base"/> if there is no entry after it.</summary>
    public LogIndex LastIndex => Base.Index + (ulong)_count;

    /// <summary>The last entry's term.</summary>
    public Term LastTerm => Last.Term;

    /// <summary>The last entry's position.</summary>
    public LogPosition Last => PositionOf(LastIndex);

    /// <summary>The last entry that is on this replica's disk.</summary>
    public LogIndex DurableIndex { get; private set; }

    /// <summary>The size of all payloads in memory.</summary>
    public long Bytes { get; private set; }

    /// <summary>The size of all entries, with what surrounds them, that were appended and are not on this replica's disk yet, voided ones too.</summary>
    public long UnflushedBytes { get; private set; }

    /// <summary>The entry at an index between <see cref="Base"/> (exclusive) and <see cref="LastIndex"/>.</summary>
    public ref readonly LogEntry this[LogIndex index]
    {
        get
        {
            Invariant.Holds(index > Base.Index && index <= LastIndex, "An entry is read that is not in the log.");
            return ref _entries[_head + (int)(index - Base.Index) - 1];
        }
    }

    /// <summary>What an entry takes on the disk and in a message: what bounds in bytes count.</summary>
    public static long BytesOf(in LogEntry entry) => (long)entry.Payload.Length + LogEntry.OverheadBytes;

    /// <summary>Whether the log can tell the position at <paramref name="index"/>.</summary>
    public bool Knows(LogIndex index) => index >= Base.Index && index <= LastIndex;

    /// <summary>The term of an entry in memory, or at <see cref="Base"/>.</summary>
    public Term TermOf(LogIndex index) => index == Base.Index ? Base.Term : this[index].Term;

    /// <summary>The position of an entry in memory, or <see cref="Base"/> itself.</summary>
    public LogPosition PositionOf(LogIndex index)
    {
        if (index == Base.Index)
        {
            return Base;
        }

        ref readonly var entry = ref this[index];
        return new LogPosition(entry.Index, entry.Term, entry.Chain);
    }

    /// <summary>Appends one entry; its payload is copied.</summary>
    /// <returns>Its index.</returns>
    public LogIndex Append(Term term, EntryKind kind, Timestamp time, ReadOnlySpan<byte> payload, EffectBuffer effects)
    {
        var index = LastIndex.Next;
        ref readonly var entry = ref Keep(index, term, kind, time, payload);
        AwaitFlush(effects.Append(entry), entry);
        return index;
    }

    /// <summary>Voids all entries from <paramref name="first"/> on.</summary>
    public void Truncate(LogIndex first, EffectBuffer effects)
    {
        Invariant.Holds(first > Base.Index && first <= LastIndex, "A truncation must hit entries in memory.");
        while (LastIndex >= first)
        {
            ref var entry = ref _entries[_head + _count - 1];
            Bytes -= entry.Payload.Length;
            entry = default;
            _count--;
        }

        // Completions of the voided appends are still to come. Their positions are never used again, so none is taken for a new entry's.
        var waiting = _unflushed.Count;
        for (var i = 0; i < waiting; i++)
        {
            var flush = _unflushed.Dequeue();
            _unflushed.Enqueue(flush.Index < first ? flush : flush with { Index = LogIndex.Zero });
        }

        DurableIndex = LogIndex.Min(DurableIndex, LastIndex);
        effects.Truncate(first);
    }

    /// <summary>The disk has the log up to <paramref name="lsn"/>.</summary>
    public void OnDurable(Lsn lsn)
    {
        while (_unflushed.TryPeek(out var flush) && flush.Lsn <= lsn)
        {
            _unflushed.Dequeue();
            UnflushedBytes -= flush.Bytes;
            DurableIndex = LogIndex.Max(DurableIndex, flush.Index);
        }
    }

    /// <summary>Forgets entries up to <paramref name="index"/>, which a durable snapshot covers and the state machine has applied.</summary>
    public void Compact(LogIndex index, EffectBuffer effects)
    {
        if (index <= Base.Index)
        {
            return;
        }

        var position = PositionOf(index);
        var dropped = (int)(index - Base.Index);
        for (var i = 0; i < dropped; i++)
        {
            Bytes -= _entries[_head + i].Payload.Length;
        }

        Array.Clear(_entries, _head, dropped);
        _head += dropped;
        _count -= dropped;
        Base = position;
        _arena.Release(index);
        effects.Compact(index);
    }

    /// <summary>The memory of the payloads held so far is not used again, for somebody may read it whatever becomes of the entries.</summary>
    public void AbandonPayloads() => _arena.Abandon();

    /// <summary>Begins anew after <paramref name="position"/>, which an installed snapshot covers.</summary>
    public void Rebase(LogPosition position, EffectBuffer effects)
    {
        Array.Clear(_entries, _head, _count);
        _head = 0;
        _count = 0;
        Bytes = 0;
        Base = position;
        DurableIndex = position.Index;
        _unflushed.Clear();
        UnflushedBytes = 0;
        _arena.Abandon();
        effects.Rebase(position);
    }

    /// <summary>
    /// Consecutive entries from <paramref name="first"/> on: at least one, further ones up to <paramref name="bytesMax"/>. The memory is
    /// valid until the log changes.
    /// </summary>
    public ReadOnlyMemory<LogEntry> Slice(LogIndex first, int bytesMax)
    {
        if (first > LastIndex)
        {
            return default;
        }

        var start = _head + (int)(first - Base.Index) - 1;
        var end = _head + _count;
        var length = 0;
        var bytes = 0L;
        while (start + length < end)
        {
            bytes += BytesOf(_entries[start + length]);
            if (length > 0 && bytes > bytesMax)
            {
                break;
            }

            length++;
        }

        return _entries.AsMemory(start, length);
    }

    private ref readonly LogEntry Keep(LogIndex index, Term term, EntryKind kind, Timestamp time, ReadOnlySpan<byte> payload)
    {
        Debug.Assert(index == LastIndex.Next, "Entries are kept in order.");
        MakeRoom();
        var chain = _chain.Next(Last.Chain, index, term, kind, time, payload);
        ref var slot = ref _entries[_head + _count];
        slot = new LogEntry(index, term, kind, time, _arena.Store(index, payload), chain);
        _count++;
        Bytes += payload.Length;
        return ref slot;
    }

    private void AwaitFlush(Lsn lsn, in LogEntry entry)
    {
        var bytes = BytesOf(entry);
        _unflushed.Enqueue((lsn, entry.Index, bytes));
        UnflushedBytes += bytes;
    }

    private void MakeRoom()
    {
        if (_head + _count < _entries.Length)
        {
            return;
        }

        // Sliding pays once half of the array is free; until then it would be done over and over.
        var target = _head >= _entries.Length / 2 ? _entries : new LogEntry[_entries.Length * 2];
        Array.Copy(_entries, _head, target, 0, _count);
        if (target == _entries)
        {
            Array.Clear(_entries, _count, _head);
        }

        _entries = target;
        _head = 0;
    }
}
