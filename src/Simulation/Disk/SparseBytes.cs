namespace Consensus.Simulation.Disk;

/// <summary>Bytes without an end, zero until they are written. Pages that hold nothing but zeros since the beginning take no memory: most of a log's segment waits to be written.</summary>
internal sealed class SparseBytes
{
    private const int PageBytes = 4096;

    private byte[]?[] _pages = [];

    public void Read(long offset, Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var (page, start) = Place(offset);
            var part = buffer[..Math.Min(buffer.Length, PageBytes - start)];
            if (page < _pages.Length && _pages[page] is { } bytes)
            {
                bytes.AsSpan(start, part.Length).CopyTo(part);
            }
            else
            {
                part.Clear();
            }

            buffer = buffer[part.Length..];
            offset += part.Length;
        }
    }

    public void Write(long offset, ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            var (page, start) = Place(offset);
            var part = data[..Math.Min(data.Length, PageBytes - start)];
            part.CopyTo(PageAt(page).AsSpan(start));
            data = data[part.Length..];
            offset += part.Length;
        }
    }

    /// <summary>Makes all bytes those of others.</summary>
    public void CopyFrom(SparseBytes others)
    {
        if (_pages.Length < others._pages.Length)
        {
            Array.Resize(ref _pages, others._pages.Length);
        }

        for (var page = 0; page < _pages.Length; page++)
        {
            if (page < others._pages.Length && others._pages[page] is { } bytes)
            {
                bytes.CopyTo(PageAt(page), 0);
            }
            else
            {
                _pages[page] = null;
            }
        }
    }

    /// <summary>Makes all bytes from an offset on zero.</summary>
    public void ClearFrom(long offset)
    {
        var (page, start) = Place(offset);
        if (page < _pages.Length)
        {
            _pages[page]?.AsSpan(start).Clear();
            _pages.AsSpan(page + 1).Clear();
        }
    }

    public void Flip(long offset, int bit)
    {
        var (page, start) = Place(offset);
        PageAt(page)[start] ^= (byte)(1 << bit);
    }

    /// <summary>Behind the last byte that is not zero.</summary>
    public long End()
    {
        for (var page = _pages.Length - 1; page >= 0; page--)
        {
            if (_pages[page] is { } bytes && bytes.AsSpan().LastIndexOfAnyExcept((byte)0) is var last and >= 0)
            {
                return ((long)page * PageBytes) + last + 1;
            }
        }

        return 0;
    }

    private static (int Page, int Start) Place(long offset) => ((int)(offset / PageBytes), (int)(offset % PageBytes));

    private byte[] PageAt(int page)
    {
        if (page >= _pages.Length)
        {
            Array.Resize(ref _pages, Math.Max(page + 1, 2 * _pages.Length));
        }

        return _pages[page] ??= new byte[PageBytes];
    }
}
