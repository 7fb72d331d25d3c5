using Consensus.Storage.Files;

namespace Consensus.Hosting.Tests;

/// <summary>Files in memory, on a disk that fails from a moment on.</summary>
internal sealed class BreakableFileSystem : IFileSystem
{
    private readonly MemoryFileSystem _files = new();
    private volatile bool _isBroken;

    public void Break() => _isBroken = true;

    public void CreateDirectory(string path) => _files.CreateDirectory(path);

    public IReadOnlyList<string> ListFiles(string directory) => _files.ListFiles(directory);

    public IStorageFile Create(string path) => new BreakableFile(this, _files.Create(path));

    public IStorageFile Open(string path) => new BreakableFile(this, _files.Open(path));

    public void Rename(string from, string to) => _files.Rename(from, to);

    public void Delete(string path) => _files.Delete(path);

    public void FlushDirectory(string path) => _files.FlushDirectory(path);

    public IDisposable Lock(string path) => _files.Lock(path);

    private sealed class BreakableFile(BreakableFileSystem disk, IStorageFile file) : IStorageFile
    {
        public string Path => file.Path;

        public long Length => file.Length;

        public int Read(long offset, Span<byte> buffer) => file.Read(offset, buffer);

        public void Write(long offset, ReadOnlySpan<byte> data) => file.Write(offset, data);

        public void Allocate(long length) => file.Allocate(length);

        public void Truncate(long length) => file.Truncate(length);

        public void Flush()
        {
            if (disk._isBroken)
            {
                throw new IOException("The disk of this test is broken.");
            }

            file.Flush();
        }

        public void Dispose() => file.Dispose();
    }
}
