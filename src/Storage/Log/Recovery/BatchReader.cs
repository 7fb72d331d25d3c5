namespace Consensus.Storage.Log;

/// <summary>Reads the batches of a segment one after the other, up to the first that is not valid to its last byte.</summary>
internal ref struct BatchReader(ReadOnlySpan<byte> bytes, SegmentScan scan)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private readonly SegmentScan _scan = scan;

    /// <summary>Whether the batch that was not accepted has valid checksums and still does not belong here: no interrupted write leaves that.</summary>
    public bool IsOutOfSequence { get; private set; }

    public bool ReadNext()
    {
        var kept = _scan.Records.Count;
        var (checkpoint, next) = (_scan.Checkpoint, _scan.NextLsn);
        if (ReadBatch(out var end))
        {
            _scan.LastBatch = _scan.End;
            _scan.End = end;
            return true;
        }

        _scan.Records.RemoveRange(kept, _scan.Records.Count - kept);
        (_scan.Checkpoint, _scan.NextLsn) = (checkpoint, next);
        return false;
    }

    private bool ReadBatch(out long end)
    {
        end = 0;
        var start = (int)_scan.End;
        if (!BatchHeader.TryRead(_bytes[start..], _scan.Salt, start, out var header))
        {
            return Damage(start, "no valid batch begins here");
        }

        var offset = start + BatchHeader.Bytes;
        if (header.BodyBytes > _bytes.Length - offset)
        {
            return Damage(start, $"a batch of {header.BodyBytes} bytes goes beyond the end of the file");
        }

        if (_scan.Checkpoint is null)
        {
            if (!ReadCheckpoint(header, ref offset))
            {
                return false;
            }
        }
        else if (header.FirstLsn != _scan.NextLsn)
        {
            return OutOfSequence(start, $"a batch begins with record {header.FirstLsn}, expected is {_scan.NextLsn}");
        }

        for (var i = 0; i < header.Count; i++)
        {
            if (!ReadRecord(header, ref offset))
            {
                return false;
            }
        }

        return EndsAt(offset, header, out end);
    }

    private readonly bool EndsAt(int offset, in BatchHeader header, out long end)
    {
        end = Math.Min(BatchHeader.Align(offset), _bytes.Length);
        if (offset != header.Offset + BatchHeader.Bytes + header.BodyBytes)
        {
            return Damage(offset, $"the records of the batch at {header.Offset} do not have the {header.BodyBytes} bytes that it states");
        }

        var padding = _bytes[offset..(int)end].IndexOfAnyExcept((byte)0);
        return padding < 0 || Damage(offset + padding, $"the space behind the batch at {header.Offset} is not zero");
    }

    private bool ReadCheckpoint(in BatchHeader header, ref int offset)
    {
        if (!RecordFrame.TryRead(_bytes[offset..], out var frame))
        {
            return Damage(offset, "the segment's checkpoint is damaged");
        }

        if (Checkpoint.Decode(frame) is not { } checkpoint || checkpoint.LastLsn.Next != header.FirstLsn)
        {
            return OutOfSequence(offset, "the segment does not begin with its checkpoint");
        }

        _scan.Checkpoint = checkpoint;
        _scan.NextLsn = header.FirstLsn;
        offset += frame.Bytes;
        return true;
    }

    private bool ReadRecord(in BatchHeader header, ref int offset)
    {
        if (!RecordFrame.TryRead(_bytes[offset..], out var frame))
        {
            return Damage(offset, $"record {_scan.NextLsn} in the batch at {header.Offset} is damaged");
        }

        if (frame.Lsn != _scan.NextLsn || !frame.TryDecode(out var record))
        {
            return OutOfSequence(offset, $"here is record {frame.Lsn} of kind {frame.Kind} with {frame.Body.Length} bytes; expected is record {_scan.NextLsn}, of a known kind and its size");
        }

        _scan.Records.Add((offset, record));
        _scan.NextLsn = frame.Lsn.Next;
        offset += frame.Bytes;
        return true;
    }

    private bool OutOfSequence(long offset, string what)
    {
        IsOutOfSequence = true;
        return Damage(offset, what);
    }

    private readonly bool Damage(long offset, string what)
    {
        _scan.DamageOffset = offset;
        _scan.Damage = what;
        return false;
    }
}
