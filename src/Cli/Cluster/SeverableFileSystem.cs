using Consensus.Storage.Files;

namespace Consensus.Cli.Cluster;

/// <summary>
/// A file system that can be cut off, as a crash does it: whatever its user still wanted to write does not reach the disk any more.
/// </summary>
/// <remarks>
/// What was written before the cut stays, flushed or not, as it does when a process is killed and its machine goes on. Locks can still be
/// let go of: the operating system does so for a process that has died.
/// </remarks>
internal sealed class SeverableFileSystem(IFileSystem inner) : IFileSystem
{
    private volatile bool _isSevered;

    /// <summary>Cuts the files off, for good.</summary>
    public void Sever() => _isSevered = true;

    /// <inheritdoc/>
    public void CreateDirectory(string path) => Connected().CreateDirectory(path);

    /// <inheritdoc/>
    public IReadOnlyList<string> ListFiles(string directory) => Connected().ListFiles(directory);

    /// <inheritdoc/>
    public IStorageFile Create(string path) => new SeverableFile(this, Connected().Create(path));

    /// <inheritdoc/>
    public IStorageFile Open(string path) => new SeverableFile(this, Connected().Open(path));

    /// <inheritdoc/>
    public void Rename(string from, string to) => Connected().Rename(from, to);

    /// <inheritdoc/>
    public void Delete(string path) => Connected().Delete(path);

    /// <inheritdoc/>
    public void FlushDirectory(string path) => Connected().FlushDirectory(path);

    /// <inheritdoc/>
    public IDisposable Lock(string path) => Connected().Lock(path);

    private IFileSystem Connected()
    {
        ThrowIfSevered();
        return inner;
    }

    private void ThrowIfSevered()
    {
        if (_isSevered)
        {
            throw new IOException("The node was killed: its files are cut off.");
        }
    }

    private sealed class SeverableFile(SeverableFileSystem owner, IStorageFile file) : IStorageFile
    {
        public string Path => file.Path;

        public long Length => file.Length;

        public int Read(long offset, Span<byte> buffer)
        {
            owner.ThrowIfSevered();
            return file.Read(offset, buffer);
        }

        public void Write(long offset, ReadOnlySpan<byte> data)
        {
            owner.ThrowIfSevered();
            file.Write(offset, data);
        }

        public void Allocate(long length)
        {
            owner.ThrowIfSevered();
            file.Allocate(length);
        }

        public void Truncate(long length)
        {
            owner.ThrowIfSevered();
            file.Truncate(length);
        }

        public void Flush()
        {
            owner.ThrowIfSevered();
            file.Flush();
        }

        public void Dispose() => file.Dispose();
    }
}
