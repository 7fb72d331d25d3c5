using System.Runtime.InteropServices;
using Consensus.Storage.Files;

namespace Consensus.Storage.Tests.Files;

/// <summary>
/// A disk in memory that remembers every operation, so that a test can ask what may be left of it after a crash at any of them; that can be
/// full, fail, and rot.
/// </summary>
internal sealed class CrashDisk : IFileSystem
{
    private readonly List<Content> _files = [];
    private readonly SortedDictionary<string, int> _names = new(StringComparer.Ordinal);
    private readonly List<DiskOperation> _journal = [];
    private readonly SortedDictionary<string, byte[]> _initial = new(StringComparer.Ordinal);

    public CrashDisk()
    {
    }

    private CrashDisk(SortedDictionary<string, byte[]> files)
    {
        _initial = files;
        foreach (var (path, bytes) in files)
        {
            _names[path] = _files.Count;
            _files.Add(new Content { Bytes = [.. bytes] });
        }
    }

    /// <summary>What was done since the disk exists, or came up after a crash.</summary>
    public IReadOnlyList<DiskOperation> Journal => _journal;

    /// <summary>How many bytes files may take in all.</summary>
    public long Capacity { get; set; } = long.MaxValue;

    /// <summary>Is asked before each flush of a file; true lets it fail.</summary>
    public Predicate<string>? FailsFlush { get; set; }

    /// <summary>Is asked before each write; true lets it fail.</summary>
    public Predicate<string>? FailsWrite { get; set; }

    public IEnumerable<string> Paths => _names.Keys;

    public byte[] Bytes(string path) => [.. _files[_names[path]].Bytes];

    public void Flip(string path, long bit) => _files[_names[path]].Bytes[(int)(bit / 8)] ^= (byte)(1 << (int)(bit % 8));

    public void Replace(string path, byte[] bytes)
    {
        _names[path] = _files.Count;
        _files.Add(new Content { Bytes = [.. bytes] });
    }

    /// <summary>A disk with the same files, all durable.</summary>
    public CrashDisk Copy() => After(_journal.Count, CrashLoss.Nothing);

    /// <summary>The disk as it may come up if the machine crashed after so many operations.</summary>
    public CrashDisk After(int operations, CrashLoss loss)
    {
        loss.Begin();
        var names = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var contents = new SortedDictionary<int, List<byte>>();
        foreach (var (path, bytes) in _initial)
        {
            names[path] = contents.Count;
            contents[contents.Count] = [.. bytes];
        }

        var isDurable = Durable(operations);
        var lastWrite = operations == 0 ? -1 : _journal.FindLastIndex(operations - 1, operations, operation => operation is Written);
        for (var i = 0; i < operations; i++)
        {
            switch (_journal[i])
            {
                case NameOperation change when isDurable[i] || loss.Keeps(change):
                    Apply(change, names);
                    break;
                case ContentOperation change:
                    Apply(change, contents, isDurable[i] ? CrashLoss.Nothing : loss, i == lastWrite);
                    break;
            }
        }

        var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var (path, file) in names)
        {
            files[path] = contents.TryGetValue(file, out var bytes) ? [.. bytes] : [];
        }

        return new CrashDisk(files);
    }

    /// <summary>How many independent parts an unflushed crash after so many operations consists of: names, lengths, sectors.</summary>
    public int UnflushedParts(int operations)
    {
        var isDurable = Durable(operations);
        var parts = 0;
        for (var i = 0; i < operations; i++)
        {
            parts += _journal[i] switch
            {
                _ when isDurable[i] => 0,
                Written write => (write.Data.Length + CrashLoss.Sector - 1) / CrashLoss.Sector,
                LengthSet or NameOperation => 1,
                _ => 0,
            };
        }

        return parts;
    }

    public void CreateDirectory(string path)
    {
    }

    public IReadOnlyList<string> ListFiles(string directory) =>
        [.. _names.Keys.Where(path => Path.GetDirectoryName(path) == directory).Select(path => Path.GetFileName(path))];

    public IStorageFile Create(string path)
    {
        if (!_names.TryAdd(path, _files.Count))
        {
            throw new IOException($"{path}: exists.");
        }

        _journal.Add(new FileCreated(path, _files.Count));
        _files.Add(new Content());
        return new OpenFile(this, _files.Count - 1, path);
    }

    public IStorageFile Open(string path) =>
        _names.TryGetValue(path, out var file) ? new OpenFile(this, file, path) : throw new FileNotFoundException(path);

    public void Rename(string from, string to)
    {
        var operation = new FileRenamed(from, to);
        Apply(operation, _names);
        _journal.Add(operation);
    }

    public void Delete(string path)
    {
        if (_names.Remove(path))
        {
            _journal.Add(new FileDeleted(path));
        }
    }

    public void FlushDirectory(string path) => _journal.Add(new FolderFlushed());

    public IDisposable Lock(string path) => throw new NotSupportedException("No test locks this disk.");

    /// <summary>For each operation whether a later one, of those that were carried out, has flushed it.</summary>
    private bool[] Durable(int operations)
    {
        var isDurable = new bool[operations];
        var flushed = new HashSet<int>();
        var areNamesFlushed = false;
        for (var i = operations - 1; i >= 0; i--)
        {
            switch (_journal[i])
            {
                case FileFlushed flush:
                    flushed.Add(flush.File);
                    break;
                case FolderFlushed:
                    areNamesFlushed = true;
                    break;
                case ContentOperation change:
                    isDurable[i] = flushed.Contains(change.File);
                    break;
                case NameOperation:
                    isDurable[i] = areNamesFlushed;
                    break;
            }
        }

        return isDurable;
    }

    private static void Apply(NameOperation operation, SortedDictionary<string, int> names)
    {
        switch (operation)
        {
            case FileCreated created:
                names[created.Path] = created.File;
                break;
            case FileRenamed renamed when names.Remove(renamed.From, out var file):
                names[renamed.To] = file;
                break;
            case FileDeleted deleted:
                names.Remove(deleted.Path);
                break;
        }
    }

    private static void Apply(ContentOperation operation, SortedDictionary<int, List<byte>> contents, CrashLoss loss, bool isLastWrite)
    {
        if (!contents.TryGetValue(operation.File, out var bytes))
        {
            contents[operation.File] = bytes = [];
        }

        switch (operation)
        {
            case LengthSet set when loss.Keeps(set):
                Resize(bytes, set);
                break;
            case Written write when ReferenceEquals(loss, CrashLoss.Nothing):
                Resize(bytes, new LengthSet(write.File, write.Offset + write.Data.Length, OnlyGrows: true));
                write.Data.CopyTo(CollectionsMarshal.AsSpan(bytes)[(int)write.Offset..]);
                break;
            case Written write:
                for (var i = 0; i < write.Data.Length; i++)
                {
                    if (loss.KeepsByte(write, i, isLastWrite))
                    {
                        var at = (int)write.Offset + i;
                        while (bytes.Count <= at)
                        {
                            bytes.Add(0);
                        }

                        bytes[at] = write.Data[i];
                    }
                }

                break;
        }
    }

    private static void Resize(List<byte> bytes, LengthSet set)
    {
        if (bytes.Count > set.Length && !set.OnlyGrows)
        {
            bytes.RemoveRange((int)set.Length, bytes.Count - (int)set.Length);
        }
        else if (bytes.Count < set.Length)
        {
            bytes.AddRange(new byte[(int)set.Length - bytes.Count]);
        }
    }

    private void CheckSpace(long more)
    {
        if (more > 0 && _names.Values.Sum(file => (long)_files[file].Bytes.Count) + more > Capacity)
        {
            throw new DiskFullException("The disk is full.");
        }
    }

    private sealed class Content
    {
        public List<byte> Bytes { get; init; } = [];
    }

    private sealed class OpenFile(CrashDisk disk, int file, string path) : IStorageFile
    {
        public string Path => path;

        public long Length => Bytes.Count;

        private List<byte> Bytes => disk._files[file].Bytes;

        public int Read(long offset, Span<byte> buffer)
        {
            var count = (int)Math.Clamp(Length - offset, 0, buffer.Length);
            CollectionsMarshal.AsSpan(Bytes).Slice((int)Math.Min(offset, Length), count).CopyTo(buffer);
            return count;
        }

        public void Write(long offset, ReadOnlySpan<byte> data)
        {
            if (disk.FailsWrite?.Invoke(path) == true)
            {
                throw new IOException($"{path}: write error.");
            }

            disk.CheckSpace(offset + data.Length - Length);
            var write = new Written(file, offset, data.ToArray());
            Resize(Bytes, new LengthSet(file, offset + data.Length, OnlyGrows: true));
            data.CopyTo(CollectionsMarshal.AsSpan(Bytes)[(int)offset..]);
            disk._journal.Add(write);
        }

        public void Allocate(long length) => SetLength(new LengthSet(file, length, OnlyGrows: true));

        public void Truncate(long length) => SetLength(new LengthSet(file, length, OnlyGrows: false));

        public void Flush()
        {
            if (disk.FailsFlush?.Invoke(path) == true)
            {
                throw new IOException($"{path}: flush error.");
            }

            disk._journal.Add(new FileFlushed(file));
        }

        public void Dispose()
        {
        }

        private void SetLength(LengthSet set)
        {
            disk.CheckSpace(set.Length - Length);
            Resize(Bytes, set);
            disk._journal.Add(set);
        }
    }
}
