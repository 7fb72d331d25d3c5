namespace Consensus.Simulation.Disk;

/// <summary>
/// A file's bytes as processes see them, in the machine's cache, and as they are on the disk. They differ by what was written, and the
/// lengths that were set, since the last flush; and by what a failed flush has forgotten.
/// </summary>
internal sealed class SimulatedContent
{
    /// <summary>What a disk writes as a whole, or not at all, unless it is torn.</summary>
    public const int SectorBytes = 512;

    private readonly List<ContentChange> _unflushed = [];
    private readonly SparseBytes _seen = new();
    private readonly SparseBytes _durable = new();
    private long _durableLength;

    public SimulatedContent()
    {
    }

    /// <param name="bytes">What is on the disk.</param>
    public SimulatedContent(byte[] bytes) => Replace(bytes);

    /// <summary>The length that processes see.</summary>
    public long Length { get; private set; }

    /// <summary>Behind the last byte that processes see as not zero.</summary>
    public long End => _seen.End();

    /// <summary>Whether there is anything to flush.</summary>
    public bool IsDirty => _unflushed.Count > 0;

    /// <summary>How many sectors and lengths are not flushed, each counted as often as it was written.</summary>
    public int UnflushedParts => _unflushed.Sum(change => change.Data is { } data ? SectorsOf(change.Offset, data.Length).Count() : 1);

    public int Read(long offset, Span<byte> buffer)
    {
        var count = (int)Math.Clamp(Length - offset, 0, buffer.Length);
        _seen.Read(offset, buffer[..count]);
        return count;
    }

    /// <summary>Writes bytes.</summary>
    /// <param name="offset">Where to.</param>
    /// <param name="data">The bytes.</param>
    /// <param name="number">The write's number on its disk.</param>
    public void Write(long offset, ReadOnlySpan<byte> data, long number = 0)
    {
        if (!data.IsEmpty)
        {
            _seen.Write(offset, data);
            Length = Math.Max(Length, offset + data.Length);
            _unflushed.Add(ContentChange.Write(offset, data.ToArray(), number));
        }
    }

    /// <summary>Writes within the file, and to the disk at once.</summary>
    public void WriteThrough(long offset, ReadOnlySpan<byte> data)
    {
        _seen.Write(offset, data);
        _durable.Write(offset, data);
    }

    /// <summary>Makes the file as long as said; new bytes read as zero.</summary>
    public void SetLength(long length)
    {
        if (length != Length)
        {
            _unflushed.Add(ContentChange.SetLength(length, length > Length));
            _seen.ClearFrom(length);
            Length = length;
        }
    }

    public void Flush()
    {
        foreach (var change in _unflushed)
        {
            if (change.Data is { } data)
            {
                _durable.Write(change.Offset, data);
                _durableLength = Math.Max(_durableLength, change.Offset + data.Length);
            }
            else
            {
                SetDurableLength(change);
            }
        }

        _unflushed.Clear();
    }

    /// <summary>
    /// A flush has failed. The system takes the bytes for written from now on, as real ones do: further flushes leave them out, and whoever
    /// reads still sees what was written, until the machine crashes (Rebello et al., ATC'20).
    /// </summary>
    public void Forget()
    {
        for (var i = 0; i < _unflushed.Count; i++)
        {
            // A length is in the file system's journal, which is not what failed.
            if (_unflushed[i].Data is { } data)
            {
                _unflushed[i] = ContentChange.SetLength(_unflushed[i].Offset + data.Length, grows: true);
            }
        }
    }

    /// <summary>The machine has crashed: what was not flushed survives or not, and the cache is gone.</summary>
    /// <param name="survival">What survives.</param>
    /// <param name="lastNumber">The number of the disk's last write.</param>
    public void Crash(ISurvival survival, long lastNumber)
    {
        foreach (var change in _unflushed)
        {
            if (change.Data is not null)
            {
                Keep(change, survival, lastNumber);
            }
            else if (survival.KeepsLength())
            {
                SetDurableLength(change);
            }
        }

        _unflushed.Clear();
        Length = _durableLength;
        _seen.CopyFrom(_durable);
    }

    /// <summary>Changes one bit, on the disk and for everybody who reads.</summary>
    public void Flip(long offset, int bit)
    {
        _seen.Flip(offset, bit);
        _durable.Flip(offset, bit);
    }

    /// <summary>Puts other bytes in place of all, on the disk and for everybody who reads.</summary>
    public void Replace(byte[] bytes)
    {
        _unflushed.Clear();
        _seen.ClearFrom(0);
        _seen.Write(0, bytes);
        _durable.CopyFrom(_seen);
        Length = _durableLength = bytes.Length;
    }

    /// <summary>Another file that holds what processes see, all of it flushed.</summary>
    public SimulatedContent Copy()
    {
        var copy = new SimulatedContent { Length = Length, _durableLength = Length };
        copy._seen.CopyFrom(_seen);
        copy._durable.CopyFrom(_seen);
        return copy;
    }

    /// <summary>Another file that is the same in everything.</summary>
    public SimulatedContent Fork()
    {
        var fork = new SimulatedContent { Length = Length, _durableLength = _durableLength };
        fork._seen.CopyFrom(_seen);
        fork._durable.CopyFrom(_durable);
        fork._unflushed.AddRange(_unflushed);
        return fork;
    }

    private void Keep(in ContentChange write, ISurvival survival, long lastNumber)
    {
        foreach (var (start, end) in SectorsOf(write.Offset, write.Data!.Length))
        {
            var (from, to) = survival.Keeps(new WrittenSector(start, end, write.Number == lastNumber));
            if (from < to)
            {
                _durable.Write(write.Offset + from, write.Data.AsSpan(from, to - from));
                _durableLength = Math.Max(_durableLength, write.Offset + to);
            }
        }
    }

    private void SetDurableLength(in ContentChange change)
    {
        _durableLength = change.Grows ? Math.Max(_durableLength, change.Offset) : Math.Min(_durableLength, change.Offset);
        _durable.ClearFrom(_durableLength);
    }

    /// <summary>The parts of a write that lie in different sectors, counted from its beginning.</summary>
    private static IEnumerable<(int Start, int End)> SectorsOf(long offset, int length)
    {
        for (var start = 0; start < length;)
        {
            var end = (int)Math.Min(length, start + SectorBytes - ((offset + start) % SectorBytes));
            yield return (start, end);
            start = end;
        }
    }
}
