namespace Consensus.Storage.Files;

/// <summary>Files in memory, for tests and for measurements without a disk: nothing survives the process.</summary>
public sealed class MemoryFileSystem : IFileSystem
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, MemoryContent> _files = new(StringComparer.Ordinal);
    private readonly HashSet<string> _locks = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public void CreateDirectory(string path)
    {
        // A folder is nothing but the beginning of its files' names.
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> ListFiles(string directory)
    {
        lock (_gate)
        {
            return
            [
                .. _files.Keys
                    .Where(path => string.Equals(Path.GetDirectoryName(path), directory.TrimEnd(Path.DirectorySeparatorChar), StringComparison.Ordinal))
                    .Select(path => Path.GetFileName(path))
            ];
        }
    }

    /// <inheritdoc/>
    public IStorageFile Create(string path)
    {
        lock (_gate)
        {
            var content = new MemoryContent();
            return _files.TryAdd(path, content) ? new MemoryFile(content, path) : throw new IOException($"{path}: the file exists already.");
        }
    }

    /// <inheritdoc/>
    public IStorageFile Open(string path)
    {
        lock (_gate)
        {
            return _files.TryGetValue(path, out var content) ? new MemoryFile(content, path) : throw Missing(path);
        }
    }

    /// <inheritdoc/>
    public void Rename(string from, string to)
    {
        lock (_gate)
        {
            if (!_files.Remove(from, out var content))
            {
                throw Missing(from);
            }

            _files[to] = content;
        }
    }

    /// <inheritdoc/>
    public void Delete(string path)
    {
        lock (_gate)
        {
            _files.Remove(path);
        }
    }

    /// <inheritdoc/>
    public void FlushDirectory(string path)
    {
        // There is nothing more durable than memory here.
    }

    /// <inheritdoc/>
    public IDisposable Lock(string path)
    {
        lock (_gate)
        {
            return _locks.Add(path) ? new Holder(this, path) : throw new IOException($"{path}: the lock is held already.");
        }
    }

    private static FileNotFoundException Missing(string path) => new($"{path}: there is no such file.", path);

    private sealed class Holder(MemoryFileSystem files, string path) : IDisposable
    {
        public void Dispose()
        {
            lock (files._gate)
            {
                files._locks.Remove(path);
            }
        }
    }
}
