namespace Consensus.Storage.Files;

/// <summary>A file's content in memory, in blocks, so that growing copies nothing.</summary>
internal sealed class MemoryContent
{
    private const int BlockBytes = 64 * 1024;

    private readonly List<byte[]> _blocks = [];

    public long Length { get; private set; }

    public int Read(long offset, Span<byte> buffer)
    {
        var count = (int)Math.Clamp(Length - offset, 0, buffer.Length);
        for (var done = 0; done < count;)
        {
            var part = Part(offset + done, count - done);
            part.CopyTo(buffer[done..]);
            done += part.Length;
        }

        return count;
    }

    public void Write(long offset, ReadOnlySpan<byte> data)
    {
        Grow(offset + data.Length);
        while (!data.IsEmpty)
        {
            var part = Part(offset, data.Length);
            data[..part.Length].CopyTo(part);
            data = data[part.Length..];
            offset += part.Length;
        }
    }

    public void Grow(long length)
    {
        while ((long)_blocks.Count * BlockBytes < length)
        {
            _blocks.Add(new byte[BlockBytes]);
        }

        Length = Math.Max(Length, length);
    }

    public void Truncate(long length)
    {
        Grow(length);
        var kept = (int)((length + BlockBytes - 1) / BlockBytes);
        _blocks.RemoveRange(kept, _blocks.Count - kept);
        if (length % BlockBytes is > 0 and var rest)
        {
            _blocks[kept - 1].AsSpan((int)rest).Clear();
        }

        Length = length;
    }

    private Span<byte> Part(long offset, int length)
    {
        var start = (int)(offset % BlockBytes);
        return _blocks[(int)(offset / BlockBytes)].AsSpan(start, Math.Min(length, BlockBytes - start));
    }
}
