using System.Collections.Immutable;
using Consensus.Engine;
using Consensus.Storage.Log;

namespace Consensus.Storage.Tests.Log;

/// <summary>What a log must say after a number of records: the plain definition that the real one is compared with.</summary>
internal sealed record LogModel
{
    private static readonly EntryChain Chain = new();

    public Lsn LastLsn { get; private init; }

    public LogPosition Base { get; private init; }

    public ImmutableList<LogEntry> Entries { get; private init; } = [];

    public ImmutableSortedDictionary<ulong, string> Slots { get; private init; } = ImmutableSortedDictionary<ulong, string>.Empty;

    public LogIndex LastIndex => Base.Index + (ulong)Entries.Count;

    private LogPosition Tail => Entries.IsEmpty ? Base : new LogPosition(Entries[^1].Index, Entries[^1].Term, Entries[^1].Chain);

    public LogRecord NextEntry(int size, ulong term = 1, EntryKind kind = EntryKind.Command)
    {
        var index = LastIndex.Next;
        var payload = new byte[size];
        for (var i = 0; i < size; i++)
        {
            payload[i] = (byte)(index.Value + term + (ulong)i | 1);
        }

        var time = new Timestamp((long)(1000 * index.Value));
        var chain = Chain.Next(Tail.Chain, index, new Term(term), kind, time, payload);
        return new LogRecord(LogRecordKind.Entry, LastLsn.Next, new LogEntry(index, new Term(term), kind, time, payload, chain), 0, default);
    }

    public LogRecord NextTruncate(ulong first) =>
        new(LogRecordKind.Truncate, LastLsn.Next, default(LogEntry) with { Index = new LogIndex(first) }, 0, default);

    public LogRecord NextSlot(ulong slot, string value) =>
        new(LogRecordKind.Slot, LastLsn.Next, default, slot, System.Text.Encoding.UTF8.GetBytes(value));

    public LogRecord NextBase(ulong index) => new(
        LogRecordKind.Base,
        LastLsn.Next,
        default(LogEntry) with { Index = new LogIndex(index), Term = new Term(7), Chain = Chain.Next(default, new LogIndex(index), default, EntryKind.NoOp, default, []) },
        0,
        default);

    public LogModel After(LogRecord record) => record.Kind switch
    {
        LogRecordKind.Entry => this with { LastLsn = record.Lsn, Entries = Entries.Add(record.Entry) },
        LogRecordKind.Truncate => this with { LastLsn = record.Lsn, Entries = Entries.RemoveAll(entry => entry.Index >= record.Entry.Index) },
        LogRecordKind.Slot => this with
        {
            LastLsn = record.Lsn,
            Slots = record.Value.IsEmpty ? Slots.Remove(record.Slot) : Slots.SetItem(record.Slot, System.Text.Encoding.UTF8.GetString(record.Value.Span)),
        },
        LogRecordKind.Base => this with { LastLsn = record.Lsn, Entries = [], Base = new LogPosition(record.Entry.Index, record.Entry.Term, record.Entry.Chain) },
    };

    /// <summary>What is different in a recovered log, if entries up to <paramref name="compacted"/> may be gone; null if nothing is.</summary>
    public string? Difference(RecoveredLog recovered, LogIndex compacted)
    {
        if (recovered.LastLsn != LastLsn)
        {
            return $"last record {recovered.LastLsn}, expected {LastLsn}";
        }

        if (recovered.Base.Index > LogIndex.Max(compacted, Base.Index) || recovered.Base.Index < Base.Index)
        {
            return $"begins after {recovered.Base.Index}; compacted are {compacted}, base is {Base.Index}";
        }

        var before = recovered.Base.Index > Base.Index ? Entries[(int)(recovered.Base.Index - Base.Index) - 1] : default;
        if (before != default && (before.Chain != recovered.Base.Chain || before.Term != recovered.Base.Term))
        {
            return $"the base {recovered.Base} is not the entry {before}";
        }

        var expected = Entries.Where(entry => entry.Index > recovered.Base.Index).ToList();
        if (expected.Count != recovered.Entries.Count)
        {
            return $"{recovered.Entries.Count} entries after {recovered.Base.Index}, expected {expected.Count}";
        }

        for (var i = 0; i < expected.Count; i++)
        {
            var (left, right) = (expected[i], recovered.Entries[i]);
            if (left with { Payload = default } != right with { Payload = default } || !left.Payload.Span.SequenceEqual(right.Payload.Span))
            {
                return $"entry {right.Index} differs";
            }
        }

        var slots = recovered.Slots.Select(slot => $"{slot.Key}={System.Text.Encoding.UTF8.GetString(slot.Value.Span)}");
        return slots.SequenceEqual(Slots.Select(slot => $"{slot.Key}={slot.Value}"), StringComparer.Ordinal) ? null : $"slots {string.Join(' ', slots)}";
    }
}
