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

    private readonly HashSet<string> _locks = new(StringComparer.Ordinal);
    private readonly DeterministicRandom _random;
    private SimulatedNames _names = new();

    /// <param name="random">Draws what faults do.</param>
    public SimulatedDisk(DeterministicRandom random) => _random = random;

    /// <summary>How many bytes fit.</summary>
    public long Capacity { get; set; } = long.MaxValue;

    /// <summary>How long a flush takes.</summary>
    public TimeSpan FlushTime { get; set; } = DefaultFlushTime;

    /// <summary>Whether the next flush of a file's bytes fails; then what it was to flush is lost, although the machine's processes still see it.</summary>
    public bool FailsNextFlush { get; set; }

    /// <summary>How many flushes have failed.</summary>
    public int FailedFlushes { get; private set; }

    /// <summary>Asked before each write to a file: whether it goes to another place of the same file. At most one does.</summary>
    public Func<string, bool> Misdirects { get; set; } = DirectsAll;

    /// <summary>Called before each action; a node counts them, and crashes at one.</summary>
    public Action<DiskAction> OnAction { get; set; } = static _ => { };

    /// <summary>Asked before each action, with the file's or folder's name: what it fails with. A flush that fails forgets what it was to flush.</summary>
    public Func<DiskAction, string, Exception?> Fails { get; set; } = static (_, _) => null;

    /// <summary>Whether files cannot be read.</summary>
    public bool FailsReads { get; set; }

    /// <summary>How many files are open.</summary>
    public int OpenFiles { get; internal set; }

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

    /// <summary>The last write to a file.</summary>
    public DiskWrite LastWrite { get; private set; }

    /// <summary>The names of all files, in order.</summary>
    public IEnumerable<string> Paths => _names.Seen.Keys;

    /// <summary>All files with their lengths.</summary>
    public IEnumerable<(string Path, long Length)> Files => _names.Seen.Select(file => (file.Key, file.Value.Length));

    /// <summary>How many bytes are taken.</summary>
    public long Used => _names.Seen.Values.Sum(content => content.Length);

    /// <summary>How many names, lengths and sectors a crash of the machine could take.</summary>
    public int UnflushedParts => _names.UnflushedParts;

    /// <summary>The process has crashed, and maybe the machine with it.</summary>
    public void Crash(DiskLoss loss)
    {
        EndProcess();
        if (!loss.KeepsCache)
        {
            _names.Crash(new RandomSurvival(_random, loss), LastWrite.Number);
        }
    }

    /// <summary>The machine has crashed.</summary>
    public void Crash(ISurvival survival)
    {
        EndProcess();
        _names.Crash(survival, LastWrite.Number);
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
        EndProcess();
        _names.Clear();
    }

    /// <summary>Another disk with the same files, all of them flushed, for whoever wants to know what would come of them.</summary>
    public SimulatedDisk Copy()
    {
        var copy = new SimulatedDisk(new DeterministicRandom(0));
        foreach (var (path, content) in _names.Seen)
        {
            copy._names.Put(path, content.Copy());
        }

        return copy;
    }

    /// <summary>Another disk that is the same in everything that a crash can show, for whoever wants to know what one would leave. Nobody uses it yet.</summary>
    public SimulatedDisk Fork() => new(new DeterministicRandom(0)) { _names = _names.Fork(), LastWrite = LastWrite };

    /// <summary>Puts a file there, or other bytes into it, behind everybody's back; it is durable.</summary>
    public void Put(string path, byte[] bytes)
    {
        if (_names.Find(path) is { } content)
        {
            content.Replace(bytes);
        }
        else
        {
            _names.Put(path, new SimulatedContent(bytes));
        }
    }

    /// <summary>Changes one bit of a file.</summary>
    public void Flip(string path, long offset, int bit) => Existing(path).Flip(offset, bit);

    /// <summary>Behind the last byte of a file that is not zero, as its process sees it.</summary>
    public long EndOf(string path) => Existing(path).End;

    /// <summary>A copy of a file's bytes, as its process sees them.</summary>
    public byte[] Read(string path)
    {
        var content = Existing(path);
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
        [.. _names.Seen.Keys.Where(path => Path.GetDirectoryName(path) == directory).Select(path => Path.GetFileName(path))];

    /// <inheritdoc/>
    public IStorageFile Create(string path)
    {
        Act(DiskAction.Create, path);
        if (_names.Find(path) is not null)
        {
            throw new IOException($"{path}: the file exists already.");
        }

        var content = new SimulatedContent();
        _names.Change(new NameChange(null, path, content));
        return new SimulatedFile(this, content, path);
    }

    /// <inheritdoc/>
    public IStorageFile Open(string path) => new SimulatedFile(this, Existing(path), path);

    /// <inheritdoc/>
    public void Rename(string from, string to)
    {
        Act(DiskAction.Rename, from);
        _names.Change(new NameChange(from, to, Existing(from)));
    }

    /// <inheritdoc/>
    public void Delete(string path)
    {
        if (_names.Find(path) is not null)
        {
            Act(DiskAction.Delete, path);
            _names.Change(new NameChange(path, null, null));
        }
    }

    /// <inheritdoc/>
    public void FlushDirectory(string path)
    {
        OnAction(DiskAction.FlushDirectory);
        Elapsed += FlushTime;
        if (FailureOf(DiskAction.FlushDirectory, path) is { } failure)
        {
            _names.Forget(path);
            throw failure;
        }

        _names.Flush(path);
    }

    /// <inheritdoc/>
    public IDisposable Lock(string path) =>
        _locks.Add(path) ? new FolderLock(this, path) : throw new IOException($"{path}: the lock is held already.");

    internal void Flush(SimulatedContent content, string path)
    {
        OnAction(DiskAction.Flush);
        Elapsed += FlushTime;
        if (FailureOf(DiskAction.Flush, path) is { } failure)
        {
            content.Forget();
            throw failure;
        }

        content.Flush();
    }

    internal void Write(SimulatedContent content, string path, long offset, ReadOnlySpan<byte> data)
    {
        Act(DiskAction.Write, path);
        if (content.Length > data.Length && Misdirects(path))
        {
            Misdirects = DirectsAll;
            var sectors = (content.Length - data.Length) / SimulatedContent.SectorBytes;
            offset = (long)_random.NextBelow((ulong)sectors + 1) * SimulatedContent.SectorBytes;

            // All of it: if only its end reached the wrong place, over a batch that was flushed, nothing could tell that from an interrupted write.
            content.WriteThrough(offset, data);
            return;
        }

        var more = offset + data.Length - content.Length;
        var fits = more <= 0 ? data.Length : (int)Math.Clamp(Capacity - Used + data.Length - more, 0, data.Length);
        LastWrite = new DiskWrite(LastWrite.Number + 1, path, offset, fits);
        content.Write(offset, data[..fits], LastWrite.Number);
        if (fits < data.Length)
        {
            throw Full(path, data.Length - fits);
        }
    }

    internal void SetLength(SimulatedContent content, string path, long length, DiskAction action)
    {
        Act(action, path);
        Require(length - content.Length, path);
        content.SetLength(length);
    }

    private void Require(long more, string path)
    {
        if (more > 0 && Used + more > Capacity)
        {
            throw Full(path, more);
        }
    }

    private void Act(DiskAction action, string path)
    {
        OnAction(action);
        if (FailureOf(action, path) is { } failure)
        {
            throw failure;
        }
    }

    private Exception? FailureOf(DiskAction action, string path)
    {
        var failure = Fails(action, path);
        if (action == DiskAction.Flush && FailsNextFlush)
        {
            FailsNextFlush = false;
            failure ??= new IOException($"{path}: the disk reports a write error.");
        }

        FailedFlushes += action == DiskAction.Flush && failure is not null ? 1 : 0;
        return failure;
    }

    private void EndProcess()
    {
        Generation++;
        OpenFiles = 0;
        _locks.Clear();
        Elapsed = TimeSpan.Zero;
        FailsNextFlush = false;
        Misdirects = DirectsAll;
    }

    private SimulatedContent Existing(string path) => _names.Find(path) ?? throw Missing(path);

    private static bool DirectsAll(string path) => false;

    private static DiskFullException Full(string path, long more) => new($"{path}: no space for {more} bytes more.");

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
