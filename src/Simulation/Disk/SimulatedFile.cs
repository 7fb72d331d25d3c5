using Consensus.Storage.Files;

namespace Consensus.Simulation.Disk;

/// <summary>An open file of a <see cref="SimulatedDisk"/>, of use to the process that opened it only.</summary>
internal sealed class SimulatedFile : IStorageFile
{
    private readonly SimulatedDisk _disk;
    private readonly SimulatedContent _content;
    private readonly int _generation;
    private bool _isClosed;

    public SimulatedFile(SimulatedDisk disk, SimulatedContent content, string path)
    {
        _disk = disk;
        _content = content;
        _generation = disk.Generation;
        Path = path;
        disk.OpenFiles++;
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public long Length => _content.Length;

    /// <inheritdoc/>
    public int Read(long offset, Span<byte> buffer)
    {
        RequireAlive();
        if (_disk.FailsReads)
        {
            throw new IOException($"{Path}: the disk reports a read error.");
        }

        return _content.Read(offset, buffer);
    }

    /// <inheritdoc/>
    public void Write(long offset, ReadOnlySpan<byte> data)
    {
        RequireAlive();
        _disk.Write(_content, Path, offset, data);
    }

    /// <inheritdoc/>
    public void Allocate(long length)
    {
        RequireAlive();
        if (length > _content.Length)
        {
            _disk.SetLength(_content, Path, length, DiskAction.Allocate);
        }
    }

    /// <inheritdoc/>
    public void Truncate(long length)
    {
        RequireAlive();
        _disk.SetLength(_content, Path, length, DiskAction.Truncate);
    }

    /// <inheritdoc/>
    public void Flush()
    {
        RequireAlive();
        _disk.Flush(_content, Path);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // What was written stays.
        if (!_isClosed && _disk.Generation == _generation)
        {
            _disk.OpenFiles--;
        }

        _isClosed = true;
    }

    private void RequireAlive()
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        if (_disk.Generation != _generation)
        {
            throw new InvalidOperationException($"{Path}: the process that opened the file has crashed.");
        }
    }
}
