namespace Consensus.Storage.Files;

/// <summary>An open file of a <see cref="MemoryFileSystem"/>.</summary>
internal sealed class MemoryFile(MemoryContent content, string path) : IStorageFile
{
    public string Path => path;

    public long Length => content.Length;

    public int Read(long offset, Span<byte> buffer) => content.Read(offset, buffer);

    public void Write(long offset, ReadOnlySpan<byte> data) => content.Write(offset, data);

    public void Allocate(long length) => content.Grow(length);

    public void Truncate(long length) => content.Truncate(length);

    public void Flush()
    {
        // There is nothing more durable than memory here.
    }

    public void Dispose()
    {
        // The content stays for whoever opens the file next.
    }
}
