using Consensus.Engine;

namespace Consensus.Storage.Log;

/// <summary>
/// The records of one write, laid out as on the disk, behind room for the batch's header. Belongs to the loop while it is filled and to
/// the log's thread afterwards; reused.
/// </summary>
internal sealed class LogBatch : ILogBatch
{
    private const int InitialBytes = 16 * 1024;
    private const int LargestKept = 8 * 1024 * 1024;
    private const int LargestBytes = 1024 * 1024 * 1024;

    private readonly List<(ulong Slot, int Offset, int Length)> _slots = [];
    private byte[] _buffer = new byte[InitialBytes];
    private int _end = BatchHeader.Bytes;

    /// <inheritdoc/>
    public Lsn LastLsn { get; private set; }

    /// <inheritdoc/>
    public int Length => _end;

    public Lsn FirstLsn { get; private set; }

    public int Count { get; private set; }

    /// <summary>The highest index of an entry in the batch, also of one that a later record voids.</summary>
    public LogIndex HighestEntry { get; private set; }

    /// <summary>Whether a record voids everything that was before.</summary>
    public bool HasBase { get; private set; }

    /// <summary>Where the replicated log ends after the batch.</summary>
    public LogTail Tail { get; set; }

    public Span<byte> Header => _buffer.AsSpan(0, BatchHeader.Bytes);

    public ReadOnlySpan<byte> Records => _buffer.AsSpan(BatchHeader.Bytes, _end - BatchHeader.Bytes);

    public void Add(in LogRecord record)
    {
        var bodySize = RecordFrame.BodySize(record);
        if (bodySize > RecordFrame.BodyBytesMax)
        {
            throw new ConsensusException(
                ConsensusFailure.InvariantViolated,
                $"A record for the write-ahead log has {bodySize} bytes; allowed are {RecordFrame.BodyBytesMax}.");
        }

        var size = RecordFrame.HeaderBytes + (int)bodySize;
        Reserve(size);
        RecordFrame.Write(_buffer.AsSpan(_end), record, (int)bodySize);
        Note(record, _end + RecordFrame.HeaderBytes);
        _end += size;
    }

    /// <summary>The batch with header and records, filled up with zeros to the next sector.</summary>
    public ReadOnlySpan<byte> PaddedFromHeader() => Pad(0, (int)BatchHeader.Align(_end));

    /// <summary>The records only, filled up so that they end on a sector's border if they follow <paramref name="preceding"/> bytes.</summary>
    public ReadOnlySpan<byte> PaddedRecords(int preceding) =>
        Pad(BatchHeader.Bytes, (int)BatchHeader.Align(preceding + Records.Length) - preceding);

    /// <summary>Repeats the changes of slots, in order.</summary>
    public void ApplySlots(LogState state)
    {
        foreach (var (slot, offset, length) in _slots)
        {
            state.SetSlot(slot, _buffer.AsSpan(offset, length));
        }
    }

    public void Clear()
    {
        _slots.Clear();
        _end = BatchHeader.Bytes;
        Count = 0;
        FirstLsn = Lsn.Zero;
        LastLsn = Lsn.Zero;
        HighestEntry = LogIndex.Zero;
        HasBase = false;
        if (_buffer.Length > LargestKept)
        {
            _buffer = new byte[InitialBytes];
        }
    }

    private void Note(in LogRecord record, int bodyOffset)
    {
        FirstLsn = Count == 0 ? record.Lsn : FirstLsn;
        LastLsn = record.Lsn;
        Count++;
        switch (record.Kind)
        {
            case LogRecordKind.Entry:
                HighestEntry = LogIndex.Max(HighestEntry, record.Entry.Index);
                break;
            case LogRecordKind.Slot:
                _slots.Add((record.Slot, bodyOffset + sizeof(ulong), record.Value.Length));
                break;
            case LogRecordKind.Base:
                HasBase = true;
                HighestEntry = LogIndex.Zero;
                break;
            case LogRecordKind.Truncate:
                break;
        }
    }

    private Span<byte> Pad(int start, int length)
    {
        Reserve(BatchHeader.Alignment);
        var padded = _buffer.AsSpan(start, length);
        padded[(_end - start)..].Clear();
        return padded;
    }

    /// <summary>Makes room for <paramref name="size"/> bytes more, and for the zeros that fill the last sector.</summary>
    private void Reserve(int size)
    {
        var needed = (long)_end + size + BatchHeader.Alignment;
        if (needed <= _buffer.Length)
        {
            return;
        }

        if (needed > LargestBytes)
        {
            throw new ConsensusException(
                ConsensusFailure.InvariantViolated,
                $"A batch for the write-ahead log would have {needed} bytes; allowed are {LargestBytes}. Allow fewer bytes in flight.");
        }

        Array.Resize(ref _buffer, (int)Math.Min(LargestBytes, Math.Max(needed, _buffer.Length * 2L)));
    }
}
