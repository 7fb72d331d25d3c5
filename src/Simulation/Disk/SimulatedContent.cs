using Consensus.Engine;

namespace Consensus.Simulation.Disk;

/// <summary>
/// A file's bytes as its process sees them, and as they are on the disk. They differ by the sectors that were written, and the length that
/// was set, since the last flush.
/// </summary>
internal sealed class SimulatedContent
{
    /// <summary>What a disk writes as a whole, or not at all, unless it is torn.</summary>
    public const int SectorBytes = 512;

    private readonly SortedSet<long> _dirtySectors = [];
    private byte[] _seen = [];
    private byte[] _durable = [];
    private long _durableLength;

    /// <summary>The length that the process sees.</summary>
    public long Length { get; private set; }

    /// <summary>Whether a crash could change what the file holds.</summary>
    public bool IsDirty => _dirtySectors.Count > 0 || Length != _durableLength;

    public int Read(long offset, Span<byte> buffer)
    {
        var count = (int)Math.Clamp(Length - offset, 0, buffer.Length);
        _seen.AsSpan((int)Math.Min(offset, Length), count).CopyTo(buffer);
        return count;
    }

    public void Write(long offset, ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
        {
            return;
        }

        SetLength(Math.Max(Length, offset + data.Length));
        data.CopyTo(_seen.AsSpan((int)offset));
        Dirty(offset, data.Length);
    }

    /// <summary>Makes the file as long as said; new bytes read as zero.</summary>
    public void SetLength(long length)
    {
        if (length > _seen.Length)
        {
            Array.Resize(ref _seen, (int)Math.Max(length, Math.Min(2L * _seen.Length, length + (64 * 1024))));
        }

        if (length < Length)
        {
            _seen.AsSpan((int)length, (int)(Length - length)).Clear();
            Dirty(length, (int)(Length - length));
        }

        Length = length;
    }

    public void Flush()
    {
        if (_durable.Length < Length)
        {
            Array.Resize(ref _durable, _seen.Length);
        }

        foreach (var sector in _dirtySectors)
        {
            CopySector(sector, _seen, _durable);
        }

        _dirtySectors.Clear();
        _durableLength = Length;
    }

    /// <summary>
    /// A flush has failed. The system takes the sectors for written from now on, as real ones do: further flushes leave them out, and only the
    /// process still sees what it wrote (Rebello et al., ATC'20).
    /// </summary>
    public void Forget() => _dirtySectors.Clear();

    /// <summary>
    /// The machine has crashed: of what was not flushed, each sector and the length survive or not, and one of the sectors that survive may
    /// be torn.
    /// </summary>
    public void Crash(DeterministicRandom random, DiskLoss loss)
    {
        if (_durable.Length < _seen.Length)
        {
            Array.Resize(ref _durable, _seen.Length);
        }

        foreach (var sector in _dirtySectors)
        {
            if (loss.Keeps(random))
            {
                CopySector(sector, _seen, _durable);
            }
            else if (loss.Tears(random))
            {
                var from = (int)(sector * SectorBytes);
                var kept = (int)random.NextBelow(SectorBytes);
                _seen.AsSpan(from, Math.Min(kept, _seen.Length - from)).CopyTo(_durable.AsSpan(from));
            }
        }

        if (loss.Keeps(random))
        {
            _durableLength = Length;
        }

        _dirtySectors.Clear();
        Array.Resize(ref _seen, _durable.Length);
        _durable.AsSpan().CopyTo(_seen);
        Length = _durableLength;
        _seen.AsSpan((int)Length).Clear();
        _durable.AsSpan((int)Length).Clear();
    }

    /// <summary>Changes one bit, on the disk and for everybody who reads.</summary>
    public void Flip(long offset, int bit)
    {
        _seen[offset] ^= (byte)(1 << bit);
        if (offset < _durable.Length)
        {
            _durable[offset] ^= (byte)(1 << bit);
        }
    }

    private void Dirty(long offset, long length)
    {
        for (var sector = offset / SectorBytes; sector <= (offset + length - 1) / SectorBytes; sector++)
        {
            _dirtySectors.Add(sector);
        }
    }

    private static void CopySector(long sector, byte[] from, byte[] to)
    {
        var start = (int)(sector * SectorBytes);
        var count = Math.Min(SectorBytes, Math.Min(from.Length, to.Length) - start);
        if (count > 0)
        {
            from.AsSpan(start, count).CopyTo(to.AsSpan(start));
        }
    }
}
