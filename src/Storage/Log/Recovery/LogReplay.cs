using System.Collections.Immutable;
using Consensus.Engine;

namespace Consensus.Storage.Log;

/// <summary>Repeats a log's records in order and keeps what is valid after the last of them.</summary>
internal sealed class LogReplay
{
    private readonly EntryChain _chain = new();
    private readonly List<LogEntry> _entries = [];
    private readonly SortedDictionary<ulong, ReadOnlyMemory<byte>> _slots = [];
    private LogTail _base = LogTail.Origin;
    private bool _hasBegun;
    private Lsn _lastLsn;

    /// <summary>Where the log ends so far.</summary>
    public LogTail Tail => _entries is [.., var last] ? new LogTail(new LogPosition(last.Index, last.Term, last.Chain), IsKnown: true) : _base;

    public void Take(SegmentScan segment)
    {
        if (segment.Checkpoint is not { } checkpoint)
        {
            return;
        }

        if (_hasBegun)
        {
            Compare(checkpoint, segment);
        }
        else
        {
            Begin(checkpoint);
        }

        foreach (var (offset, record) in segment.Records)
        {
            Take(record, segment.Path, offset);
        }

        _lastLsn = new Lsn(segment.NextLsn.Value - 1);
    }

    public RecoveredLog End(string directory, TornTail? torn) => _base.IsKnown
        ? new RecoveredLog
        {
            Base = _base.Position,
            Entries = _entries,
            Slots = _slots.ToImmutableSortedDictionary(),
            LastLsn = _lastLsn,
            Torn = torn,
        }
        : throw new ConsensusException(
            ConsensusFailure.StorageCorrupt,
            $"{directory}: the log ends with a truncation to entry {_base.Index}, which has been compacted away. Restore the data folder from a backup.");

    private void Begin(Checkpoint checkpoint)
    {
        _hasBegun = true;
        _base = checkpoint.Tail;
        foreach (var (slot, value) in checkpoint.Slots)
        {
            _slots[slot] = value;
        }
    }

    /// <summary>A later segment's checkpoint must say what the records before it amount to.</summary>
    private void Compare(Checkpoint checkpoint, SegmentScan segment)
    {
        var tail = checkpoint.Tail;
        var agrees = tail.Index == Tail.Index
            && (!tail.IsKnown || !Tail.IsKnown || tail.Position == Tail.Position)
            && checkpoint.Slots.Count == _slots.Count
            && checkpoint.Slots.All(slot => _slots.TryGetValue(slot.Key, out var value) && value.Span.SequenceEqual(slot.Value.Span));
        if (!agrees)
        {
            throw Contradiction(segment.Path, SegmentHeader.Bytes, $"the checkpoint (log up to entry {tail.Index}, {checkpoint.Slots.Count} slots) differs from the records before it (entry {Tail.Index}, {_slots.Count} slots)");
        }
    }

    private void Take(in LogRecord record, string path, long offset)
    {
        switch (record.Kind)
        {
            case LogRecordKind.Entry:
                Append(record.Entry, path, offset);
                break;
            case LogRecordKind.Truncate:
                Truncate(record, path, offset);
                break;
            case LogRecordKind.Base:
                _entries.Clear();
                _base = LogTail.Origin.After(record);
                break;
            case LogRecordKind.Slot when record.Value.IsEmpty:
                _slots.Remove(record.Slot);
                break;
            case LogRecordKind.Slot:
                _slots[record.Slot] = record.Value;
                break;
        }
    }

    private void Append(in LogEntry entry, string path, long offset)
    {
        var tail = Tail;
        if (entry.Index != tail.Index.Next)
        {
            throw Contradiction(path, offset, $"here is entry {entry.Index}, expected is {tail.Index.Next}");
        }

        if (!tail.IsKnown)
        {
            // A truncation reached behind the oldest segment left. Compaction deleted the older ones because a snapshot covers all their
            // entries, also those that were void; so it covers this one, which lies among them, and the log can begin after it.
            _base = LogTail.Origin.After(new LogRecord(LogRecordKind.Entry, default, entry, 0, default));
            return;
        }

        if (!_chain.Continues(tail.Position.Chain, entry))
        {
            throw Contradiction(path, offset, $"the hash chain of entry {entry.Index} does not follow from entry {tail.Index}");
        }

        _entries.Add(entry);
    }

    private void Truncate(in LogRecord record, string path, long offset)
    {
        var first = record.Entry.Index;
        if (first > Tail.Index.Next)
        {
            throw Contradiction(path, offset, $"entries from {first} on are voided, but the log ends at {Tail.Index}");
        }

        if (first > _base.Index)
        {
            var kept = (int)(first - _base.Index) - 1;
            _entries.RemoveRange(kept, _entries.Count - kept);
            return;
        }

        _entries.Clear();
        _base = LogTail.At(first - 1);
    }

    private static ConsensusException Contradiction(string path, long offset, string what) => new(
        ConsensusFailure.StorageCorrupt,
        $"{path}, offset {offset}: {what}, although all checksums are right. The log was not written by this program, or by a faulty one: restore the data folder from a backup, or add the replica again with a new id.");
}
