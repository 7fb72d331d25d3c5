using Consensus.Storage.Files;

namespace Consensus.Simulation.Disk;

/// <summary>An open file of a <see cref="SimulatedDisk"/>, of use to the process that opened it only.</summary>
internal sealed class SimulatedFile(SimulatedDisk disk, SimulatedContent content, string path) : IStorageFile
{
    private readonly int _generation = disk.Generation;

    /// <inheritdoc/>
    public string Path => path;

    /// <inheritdoc/>
    public long Length => content.Length;

    /// <inheritdoc/>
    public int Read(long offset, Span<byte> buffer)
    {
        RequireAlive();
        return content.Read(offset, buffer);
    }

    /// <inheritdoc/>
    public void Write(long offset, ReadOnlySpan<byte> data)
    {
        RequireAlive();
        disk.Write(content, path, offset, data);
    }

    /// <inheritdoc/>
    public void Allocate(long length)
    {
        RequireAlive();
        if (length > content.Length)
        {
            disk.SetLength(content, path, length, DiskAction.Allocate);
        }
    }

    /// <inheritdoc/>
    public void Truncate(long length)
    {
        RequireAlive();
        disk.SetLength(content, path, length, DiskAction.Truncate);
    }

    /// <inheritdoc/>
    public void Flush()
    {
        RequireAlive();
        disk.Flush(content, path);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // What was written stays.
    }

    private void RequireAlive()
    {
        if (disk.Generation != _generation)
        {
            throw new InvalidOperationException($"{path}: the process that opened the file has crashed.");
        }
    }
}
