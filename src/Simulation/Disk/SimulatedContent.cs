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

    private readonly SectorSet _dirtySectors = new();
    private readonly SparseBytes _seen = new();
    private readonly SparseBytes _durable = new();
    private long _durableLength;

    /// <summary>The length that the process sees.</summary>
    public long Length { get; private set; }

    /// <summary>Whether a crash could change what the file holds.</summary>
    public bool IsDirty => !_dirtySectors.IsEmpty || Length != _durableLength;

    /// <summary>Behind the last byte that the process sees as not zero.</summary>
    public long End => _seen.End();

    public int Read(long offset, Span<byte> buffer)
    {
        var count = (int)Math.Clamp(Length - offset, 0, buffer.Length);
        _seen.Read(offset, buffer[..count]);
        return count;
    }

    public void Write(long offset, ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
        {
            return;
        }

        Length = Math.Max(Length, offset + data.Length);
        _seen.Write(offset, data);
        Dirty(offset, data.Length);
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
        if (length < Length)
        {
            _seen.ClearFrom(length);
            Dirty(length, Length - length);
        }

        Length = length;
    }

    public void Flush()
    {
        foreach (var sector in _dirtySectors)
        {
            _seen.CopyTo(_durable, sector * SectorBytes, SectorBytes);
        }

        _dirtySectors.Clear();
        _durableLength = Length;
    }

    /// <summary>Another file that holds what the process sees, all of it flushed.</summary>
    public SimulatedContent Copy()
    {
        var copy = new SimulatedContent { Length = Length, _durableLength = Length };
        copy._seen.CopyFrom(_seen);
        copy._durable.CopyFrom(_seen);
        return copy;
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
        foreach (var sector in _dirtySectors)
        {
            if (loss.Keeps(random))
            {
                _seen.CopyTo(_durable, sector * SectorBytes, SectorBytes);
            }
            else if (loss.Tears(random))
            {
                var kept = (int)random.NextBelow(SectorBytes);
                _seen.CopyTo(_durable, sector * SectorBytes, kept);
            }
        }

        if (loss.Keeps(random))
        {
            _durableLength = Length;
        }

        _dirtySectors.Clear();
        Length = _durableLength;
        _durable.ClearFrom(Length);
        _seen.CopyFrom(_durable);
    }

    /// <summary>Changes one bit, on the disk and for everybody who reads.</summary>
    public void Flip(long offset, int bit)
    {
        _seen.Flip(offset, bit);
        _durable.Flip(offset, bit);
    }

    private void Dirty(long offset, long length) => _dirtySectors.AddRange(offset / SectorBytes, (offset + length - 1) / SectorBytes);
}
