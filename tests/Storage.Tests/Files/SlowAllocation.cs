using Consensus.Simulation.Disk;
using Consensus.Storage.Files;

namespace Consensus.Storage.Tests.Files;

/// <summary>A disk that two threads may use at a time, and on which nothing is allocated while the test holds it up.</summary>
internal sealed class SlowAllocation(SimulatedDisk disk) : IFileSystem, IDisposable
{
    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _mayAllocate = new(initialState: true);

    public void Hold() => _mayAllocate.Reset();

    public void LetGo() => _mayAllocate.Set();

    public void CreateDirectory(string path) => Do(() => disk.CreateDirectory(path));

    public IReadOnlyList<string> ListFiles(string directory) => Do(() => disk.ListFiles(directory));

    public IStorageFile Create(string path) => Do(() => new SlowFile(this, disk.Create(path)));

    public IStorageFile Open(string path) => Do(() => new SlowFile(this, disk.Open(path)));

    public void Rename(string from, string to) => Do(() => disk.Rename(from, to));

    public void Delete(string path) => Do(() => disk.Delete(path));

    public void FlushDirectory(string path) => Do(() => disk.FlushDirectory(path));

    public IDisposable Lock(string path) => disk.Lock(path);

    public void Dispose() => _mayAllocate.Dispose();

    private void Do(Action action)
    {
        lock (_gate)
        {
            action();
        }
    }

    private T Do<T>(Func<T> action)
    {
        lock (_gate)
        {
            return action();
        }
    }

    private sealed class SlowFile(SlowAllocation disk, IStorageFile file) : IStorageFile
    {
        public string Path => file.Path;

        public long Length => disk.Do(() => file.Length);

        public int Read(long offset, Span<byte> buffer)
        {
            lock (disk._gate)
            {
                return file.Read(offset, buffer);
            }
        }

        public void Write(long offset, ReadOnlySpan<byte> data)
        {
            lock (disk._gate)
            {
                file.Write(offset, data);
            }
        }

        public void Allocate(long length)
        {
            disk._mayAllocate.Wait();
            disk.Do(() => file.Allocate(length));
        }

        public void Truncate(long length) => disk.Do(() => file.Truncate(length));

        public void Flush() => disk.Do(file.Flush);

        public void Dispose() => disk.Do(file.Dispose);
    }
}
