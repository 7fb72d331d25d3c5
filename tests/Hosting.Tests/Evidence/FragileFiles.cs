using Consensus.Storage.Files;

namespace Consensus.Hosting.Tests.Evidence;

/// <summary>Files in memory, on a disk that takes so many steps (create, write, flush, rename) and no more; a write that it does not take is torn.</summary>
internal sealed class FragileFiles : IFileSystem
{
    private readonly MemoryFileSystem _files = new();

    public int StepsLeft { get; set; } = int.MaxValue;

    public bool IsUnreadable { get; set; }

    public byte[] ReadAll(string directory)
    {
        using var file = _files.Open(Path.Join(directory, _files.ListFiles(directory).Single()));
        var bytes = new byte[file.Length];
        file.Read(0, bytes);
        return bytes;
    }

    public void Replace(string path, ReadOnlySpan<byte> content)
    {
        _files.Delete(path);
        using var file = _files.Create(path);
        file.Write(0, content);
    }

    public void CreateDirectory(string path) => _files.CreateDirectory(path);

    public IReadOnlyList<string> ListFiles(string directory) => IsUnreadable ? throw new IOException("The folder cannot be read.") : _files.ListFiles(directory);

    public IStorageFile Create(string path)
    {
        Take();
        return new FragileFile(this, _files.Create(path));
    }

    public IStorageFile Open(string path) => _files.Open(path);

    public void Rename(string from, string to)
    {
        Take();
        _files.Rename(from, to);
    }

    public void Delete(string path) => _files.Delete(path);

    public void FlushDirectory(string path) => _files.FlushDirectory(path);

    public IDisposable Lock(string path) => _files.Lock(path);

    private void Take()
    {
        if (StepsLeft == 0)
        {
            throw new DiskFullException("The disk of this test is full.");
        }

        StepsLeft--;
    }

    private sealed class FragileFile(FragileFiles disk, IStorageFile file) : IStorageFile
    {
        public string Path => file.Path;

        public long Length => file.Length;

        public int Read(long offset, Span<byte> buffer) => file.Read(offset, buffer);

        public void Write(long offset, ReadOnlySpan<byte> data)
        {
            if (disk.StepsLeft == 0)
            {
                file.Write(offset, data[..(data.Length / 2)]);
            }

            disk.Take();
            file.Write(offset, data);
        }

        public void Allocate(long length) => file.Allocate(length);

        public void Truncate(long length) => file.Truncate(length);

        public void Flush()
        {
            disk.Take();
            file.Flush();
        }

        public void Dispose() => file.Dispose();
    }
}
