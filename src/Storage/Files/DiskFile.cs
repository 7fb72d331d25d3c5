using Microsoft.Win32.SafeHandles;

namespace Consensus.Storage.Files;

/// <summary>A file on a real disk.</summary>
internal sealed class DiskFile(SafeFileHandle handle, string path) : IStorageFile
{
    private const int ZeroBytes = 256 * 1024;
    private const long FlushEvery = 4 * 1024 * 1024;

    private static readonly byte[] Zeros = new byte[ZeroBytes];

    public string Path => path;

    public long Length => RandomAccess.GetLength(handle);

    public int Read(long offset, Span<byte> buffer)
    {
        var read = 0;
        while (read < buffer.Length && RandomAccess.Read(handle, buffer[read..], offset + read) is > 0 and var part)
        {
            read += part;
        }

        return read;
    }

    public void Write(long offset, ReadOnlySpan<byte> data)
    {
        try
        {
            RandomAccess.Write(handle, data, offset);
        }
        catch (IOException exception) when (DiskErrors.IsDiskFull(exception))
        {
            throw new DiskFullException($"{path}: there is no space for {data.Length} bytes at {offset}.", exception);
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// The space is reserved first, so that a full disk is found out at once, and then filled with zeros: file systems note reserved space
    /// as unwritten, and would have to change and flush that note at the first write to each part of it.
    /// </remarks>
    public void Allocate(long length)
    {
        var start = Length;
        if (length <= start)
        {
            return;
        }

        if (OperatingSystem.IsLinux() && Environment.Is64BitProcess)
        {
            NativeFiles.TryReserve(handle, path, start, length - start);
        }

        var unflushed = 0L;
        for (var offset = start; offset < length;)
        {
            var part = (int)Math.Min(ZeroBytes, length - offset);
            Write(offset, Zeros.AsSpan(0, part));
            offset += part;
            unflushed += part;
            if (unflushed >= FlushEvery)
            {
                // In small portions, so that a flush of the log meanwhile does not wait for all of them.
                Flush();
                unflushed = 0;
            }
        }
    }

    public void Truncate(long length) => RandomAccess.SetLength(handle, length);

    public void Flush()
    {
        if (OperatingSystem.IsLinux())
        {
            NativeFiles.FlushData(handle, path);
            return;
        }

        RandomAccess.FlushToDisk(handle);
    }

    public void Dispose() => handle.Dispose();
}
