using Consensus.Engine;
using Consensus.Storage.Files;

namespace Consensus.Simulation.Disk;

/// <summary>
/// One machine's disk in memory. It keeps apart what is flushed and what is not, loses the latter in a crash as it pleases, and can be
/// full, slow, failing, rotten, and write to the wrong place. It survives the node's processes; a process that crashed cannot touch it any more.
/// </summary>
internal sealed class SimulatedDisk : IFileSystem
{
    /// <summary>How long a flush takes on a disk that is well.</summary>
    public static readonly TimeSpan DefaultFlushTime = TimeSpan.FromMicroseconds(100);

    private readonly SortedDictionary<string, SimulatedContent> _names = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SimulatedContent> _durableNames = new(StringComparer.Ordinal);
    private readonly List<NameChange> _unflushedNames = [];
    private readonly HashSet<string> _locks = new(StringComparer.Ordinal);
    private readonly DeterministicRandom _random;

    /// <param name="random">Draws what faults do.</param>
    public SimulatedDisk(DeterministicRandom random) => _random = random;

    /// <summary>How many bytes fit.</summary>
    public long Capacity { get; set; } = long.MaxValue;

    /// <summary>How long a flush takes.</summary>
    public TimeSpan FlushTime { get; set; } = DefaultFlushTime;

    /// <summary>Whether the next flush of a file's bytes fails; then what it was to flush is lost, although its process still sees it.</summary>
    public bool FailsNextFlush { get; set; }

    /// <summary>How many flushes have failed.</summary>
    public int FailedFlushes { get; private set; }

    /// <summary>Asked before each write to a file: whether it goes to another place of the same file. At most one does.</summary>
    public Func<string, bool> Misdirects { get; set; } = DirectsAll;

    /// <summary>Called before each action; a node counts them, and crashes at one.</summary>
    public Action<DiskAction> OnAction { get; set; } = static _ => { };

    /// <summary>The process that uses the disk: handles of those before it are dead.</summary>
    public int Generation { get; private set; }

    /// <summary>How much virtual time the actions since the last call took.</summary>
    public TimeSpan TakeElapsed()
    {
        var elapsed = Elapsed;
        Elapsed = TimeSpan.Zero;
        return elapsed;
    }

    /// <summary>How much virtual time actions took since the last <see cref="TakeElapsed"/>.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>All files with their lengths.</summary>
    public IEnumerable<(string Path, long Length)> Files => _names.Select(file => (file.Key, file.Value.Length));

    /// <summary>How many bytes are taken.</summary>
    public long Used => _names.Values.Sum(content => content.Length);

    /// <summary>The process has crashed, and maybe the machine with it.</summary>
    public void Crash(DiskLoss loss)
    {
        Generation++;
        _locks.Clear();
        Elapsed = TimeSpan.Zero;
        FailsNextFlush = false;
        Misdirects = DirectsAll;
        foreach (var change in _unflushedNames)
        {
            if (loss.Keeps(_random))
            {
                change.ApplyTo(_durableNames);
            }
        }

        _unflushedNames.Clear();
        _names.Clear();
        foreach (var (path, content) in _durableNames)
        {
            content.Crash(_random, loss);
            _names.Add(path, content);
        }
    }

    /// <summary>The disk is as it should be from now on; what was damaged stays damaged.</summary>
    public void Heal()
    {
        Capacity = long.MaxValue;
        FlushTime = DefaultFlushTime;
        FailsNextFlush = false;
        Misdirects = DirectsAll;
    }

    /// <summary>Directs all writes again, unless somebody else has decided about that since.</summary>
    public void Forgive(Func<string, bool> misdirects) => Misdirects = Misdirects == misdirects ? DirectsAll : Misdirects;

    /// <summary>Somebody put an empty disk in.</summary>
    public void Wipe()
    {
        Generation++;
        _locks.Clear();
        _names.Clear();
        _durableNames.Clear();
        _unflushedNames.Clear();
    }

    /// <summary>Another disk with the same files, all of them flushed, for whoever wants to know what would come of them.</summary>
    public SimulatedDisk Copy()
    {
        var copy = new SimulatedDisk(new DeterministicRandom(0));
        foreach (var (path, content) in _names)
        {
            var same = content.Copy();
            copy._names.Add(path, same);
            copy._durableNames.Add(path, same);
        }

        return copy;
    }

    /// <summary>Changes one bit of a file.</summary>
    public void Flip(string path, long offset, int bit) => _names[path].Flip(offset, bit);

    /// <summary>Behind the last byte of a file that is not zero, as its process sees it.</summary>
    public long EndOf(string path) => _names[path].End;

    /// <summary>A copy of a file's bytes, as its process sees them.</summary>
    public byte[] Read(string path)
    {
        var content = _names[path];
        var bytes = new byte[content.Length];
        content.Read(0, bytes);
        return bytes;
    }

    /// <inheritdoc/>
    public void CreateDirectory(string path)
    {
        // A folder is nothing but the beginning of its files' names.
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> ListFiles(string directory) =>
        [.. _names.Keys.Where(path => Path.GetDirectoryName(path) == directory).Select(path => Path.GetFileName(path))];

    /// <inheritdoc/>
    public IStorageFile Create(string path)
    {
        Act(DiskAction.Create);
        var content = new SimulatedContent();
        if (!_names.TryAdd(path, content))
        {
            throw new IOException($"{path}: the file exists already.");
        }

        _unflushedNames.Add(new NameChange(null, path, content));
        return new SimulatedFile(this, content, path);
    }

    /// <inheritdoc/>
    public IStorageFile Open(string path) =>
        _names.TryGetValue(path, out var content) ? new SimulatedFile(this, content, path) : throw Missing(path);

    /// <inheritdoc/>
    public void Rename(string from, string to)
    {
        Act(DiskAction.Rename);
        Change(new NameChange(from, to, _names.TryGetValue(from, out var content) ? content : throw Missing(from)));
    }

    /// <inheritdoc/>
    public void Delete(string path)
    {
        if (_names.ContainsKey(path))
        {
            Act(DiskAction.Delete);
            Change(new NameChange(path, null, null));
        }
    }

    /// <inheritdoc/>
    public void FlushDirectory(string path)
    {
        Act(DiskAction.FlushDirectory);
        Elapsed += FlushTime;
        foreach (var change in _unflushedNames.Where(change => change.IsIn(path)))
        {
            change.ApplyTo(_durableNames);
        }

        _unflushedNames.RemoveAll(change => change.IsIn(path));
    }

    /// <inheritdoc/>
    public IDisposable Lock(string path) =>
        _locks.Add(path) ? new FolderLock(this, path) : throw new IOException($"{path}: the lock is held already.");

    internal void Act(DiskAction action) => OnAction(action);

    internal void Flush(SimulatedContent content, string path)
    {
        Act(DiskAction.Flush);
        Elapsed += FlushTime;
        if (FailsNextFlush)
        {
            FailsNextFlush = false;
            FailedFlushes++;
            content.Forget();
            throw new IOException($"{path}: the disk reports a write error.");
        }

        content.Flush();
    }

    internal void Write(SimulatedContent content, string path, long offset, ReadOnlySpan<byte> data)
    {
        Act(DiskAction.Write);
        Require(offset + data.Length - content.Length, path);
        if (content.Length > data.Length && Misdirects(path))
        {
            Misdirects = DirectsAll;
            var sectors = (content.Length - data.Length) / SimulatedContent.SectorBytes;
            offset = (long)_random.NextBelow((ulong)sectors + 1) * SimulatedContent.SectorBytes;

            // All of it: if only its end reached the wrong place, over a batch that was flushed, nothing could tell that from an interrupted write.
            content.WriteThrough(offset, data);
            return;
        }

        content.Write(offset, data);
    }

    internal void SetLength(SimulatedContent content, string path, long length, DiskAction action)
    {
        Act(action);
        Require(length - content.Length, path);
        content.SetLength(length);
    }

    private void Require(long more, string path)
    {
        if (more > 0 && Used + more > Capacity)
        {
            throw new DiskFullException($"{path}: no space for {more} bytes more.");
        }
    }

    private void Change(NameChange change)
    {
        change.ApplyTo(_names);
        _unflushedNames.Add(change);
    }

    private static bool DirectsAll(string path) => false;

    private static FileNotFoundException Missing(string path) => new($"{path}: there is no such file.", path);

    private sealed class FolderLock(SimulatedDisk disk, string path) : IDisposable
    {
        private readonly int _generation = disk.Generation;

        public void Dispose()
        {
            if (disk.Generation == _generation)
            {
                disk._locks.Remove(path);
            }
        }
    }
}
