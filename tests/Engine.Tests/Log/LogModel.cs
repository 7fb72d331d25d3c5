using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Consensus.Engine.Tests.Log;

/// <summary>What a log must be, in the plainest form: a list of entries, each with its own copy of its payload and the position of its record.</summary>
internal sealed class LogModel
{
    private readonly EntryChain _chain = new();
    private readonly List<(LogEntry Entry, Lsn Lsn)> _entries = [];
    private LogPosition _start;
    private LogPosition _base;
    private Lsn _flushed;

    public LogIndex Base => _base.Index;

    public LogIndex LastIndex => _start.Index + (ulong)_entries.Count;

    public Term LastTerm => PositionOf(LastIndex).Term;

    public LogEntry this[LogIndex index] => _entries[(int)(index - _start.Index) - 1].Entry;

    public void Append(Term term, EntryKind kind, Timestamp time, byte[] payload, Lsn lsn)
    {
        var chain = _chain.Next(PositionOf(LastIndex).Chain, LastIndex.Next, term, kind, time, payload);
        _entries.Add((new LogEntry(LastIndex.Next, term, kind, time, payload, chain), lsn));
    }

    public void Truncate(LogIndex first) => _entries.RemoveRange((int)(first - _start.Index) - 1, (int)(LastIndex - first) + 1);

    public void Compact(LogIndex index) => _base = index > _base.Index ? PositionOf(index) : _base;

    public void Rebase(LogPosition position)
    {
        _entries.Clear();
        _start = position;
        _base = position;
    }

    public void OnDurable(Lsn lsn) => _flushed = lsn;

    public LogPosition PositionOf(LogIndex index) =>
        index == _start.Index ? _start : new LogPosition(index, this[index].Term, this[index].Chain);

    /// <summary>Compares everything that a log tells.</summary>
    public void AssertIs(EntryLog log, string context)
    {
        Assert.That(log.Base, Is.EqualTo(_base), context);
        Assert.That(log.LastIndex, Is.EqualTo(LastIndex), context);
        Assert.That(log.Last, Is.EqualTo(PositionOf(LastIndex)), context);
        Assert.That(log.LastTerm, Is.EqualTo(LastTerm), context);
        Assert.That(log.DurableIndex, Is.EqualTo(_start.Index + (ulong)_entries.TakeWhile(entry => entry.Lsn <= _flushed).Count()), context);
        var bytes = 0L;
        for (var index = _base.Index.Next; index <= LastIndex; index = index.Next)
        {
            ref readonly var actual = ref log[index];
            var expected = this[index];
            bytes += expected.Payload.Length;
            if (actual with { Payload = expected.Payload } != expected || !actual.Payload.Span.SequenceEqual(expected.Payload.Span))
            {
                Assert.Fail($"{context}: entry {index} is {actual}, not {expected}");
            }
        }

        Assert.That(log.Bytes, Is.EqualTo(bytes), context);
        Assert.That(log.Knows(_base.Index) && log.Knows(LastIndex) && !log.Knows(LastIndex.Next), context);
        Assert.That(_base.Index == LogIndex.Zero || !log.Knows(_base.Index - 1), context);
    }

    /// <summary>What a message with entries carries: one at least, then as many as fit.</summary>
    public void AssertIsSlice(ReadOnlyMemory<LogEntry> slice, LogIndex first, int bytesMax, string context)
    {
        var expected = ImmutableArray.CreateBuilder<LogEntry>();
        var bytes = 0L;
        for (var index = first; index <= LastIndex; index = index.Next)
        {
            bytes += this[index].Payload.Length + LogEntry.OverheadBytes;
            if (expected.Count > 0 && bytes > bytesMax)
            {
                break;
            }

            expected.Add(this[index]);
        }

        Assert.That(MemoryMarshal.ToEnumerable(slice).Select(entry => entry.Chain), Is.EqualTo(expected.Select(entry => entry.Chain)), context);
    }
}
