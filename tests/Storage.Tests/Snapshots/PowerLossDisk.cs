using Consensus.Storage.Files;

namespace Consensus.Storage.Tests.Snapshots;

/// <summary>Power went off. Not an IOException: nobody handles it.</summary>
internal sealed class PowerLossException : Exception;

/// <summary>
/// A disk that counts what changes it, can fail at any such step, and after a power loss keeps only what was flushed, and of the rest
/// whatever the test says.
/// </summary>
internal sealed class PowerLossDisk : IFileSystem
{
    private readonly Dictionary<string, DiskFile> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DiskFile> _durableNames = new(StringComparer.Ordinal);
    private readonly List<(string? Removed, string? Added, DiskFile? File)> _unflushedNames = [];
    private readonly HashSet<string> _locks = new(StringComparer.Ordinal);

    /// <summary>How many changing steps there were.</summary>
    public int Steps { get; private set; }

    /// <summary>The step that fails, counted from 1.</summary>
    public int FailingStep { get; set; }

    /// <summary>Makes the failure of <see cref="FailingStep"/>; what it returns is thrown.</summary>
    public Func<Exception> Failure { get; set; } = () => new PowerLossException();

    /// <summary>Whether the failing step still takes effect.</summary>
    public bool FailsAfterEffect { get; set; }

    /// <summary>What each step was.</summary>
    public List<string> Trace { get; } = [];

    public int OpenFiles { get; private set; }

    public bool IsOff { get; private set; }

    /// <summary>Whether files cannot be read.</summary>
    public bool FailsRead { get; set; }

    /// <summary>How many bytes fit on the disk.</summary>
    public long Capacity { get; set; } = long.MaxValue;

    public IEnumerable<string> Names => _names.Keys.Order(StringComparer.Ordinal);

    /// <summary>The disk as it is found after a power loss.</summary>
    /// <param name="keeps">Whether a step that was not flushed took effect; called for one after the other.</param>
    public PowerLossDisk AfterPowerLoss(Func<bool> keeps)
    {
        var found = new Dictionary<string, DiskFile>(_durableNames, StringComparer.Ordinal);
        foreach (var (removed, added, file) in _unflushedNames)
        {
            if (keeps())
            {
                if (removed is not null)
                {
                    found.Remove(removed);
                }

                if (added is not null)
                {
                    found[added] = file!;
                }
            }
        }

        var disk = new PowerLossDisk();
        foreach (var (name, file) in found)
        {
            var survived = new DiskFile(file.AfterPowerLoss(keeps));
            disk._names.Add(name, survived);
            disk._durableNames.Add(name, survived);
        }

        return disk;
    }

    public byte[] Content(string path) => _names[path].Bytes.ToArray();

    /// <summary>Changes a file behind everybody's back.</summary>
    public void Damage(string path, Func<byte[], byte[]> change) => _names[path].Replace(change(Content(path)));

    public void Put(string path, byte[] content)
    {
        var file = new DiskFile(content);
        _names[path] = file;
        _durableNames[path] = file;
    }

    public void CreateDirectory(string path)
    {
    }

    public IReadOnlyList<string> ListFiles(string directory) =>
        [.. Names.Where(name => Path.GetDirectoryName(name) == directory).Select(name => Path.GetFileName(name)!)];

    public IStorageFile Create(string path)
    {
        var file = new DiskFile([]);
        Step($"create {path}", () =>
        {
            if (!_names.TryAdd(path, file))
            {
                throw new IOException($"{path} exists.");
            }

            _unflushedNames.Add((null, path, file));
        });
        return new Handle(this, path, file);
    }

    public IStorageFile Open(string path) =>
        _names.TryGetValue(path, out var file) ? new Handle(this, path, file) : throw new FileNotFoundException("No such file.", path);

    public void Rename(string from, string to) => Step($"rename {from} {to}", () =>
    {
        if (!_names.Remove(from, out var file))
        {
            throw new FileNotFoundException("No such file.", from);
        }

        _names[to] = file;
        _unflushedNames.Add((from, to, file));
    });

    public void Delete(string path)
    {
        if (_names.ContainsKey(path))
        {
            Step($"delete {path}", () =>
            {
                _names.Remove(path);
                _unflushedNames.Add((path, null, null));
            });
        }
    }

    public void FlushDirectory(string path) => Step($"flush {path}", () =>
    {
        for (var i = 0; i < _unflushedNames.Count; i++)
        {
            var (removed, added, file) = _unflushedNames[i];
            if (Path.GetDirectoryName(removed ?? added!) != path)
            {
                continue;
            }

            if (removed is not null)
            {
                _durableNames.Remove(removed);
            }

            if (added is not null)
            {
                _durableNames[added] = file!;
            }

            _unflushedNames.RemoveAt(i--);
        }
    });

    public IDisposable Lock(string path) =>
        _locks.Add(path) ? new Unlock(() => _locks.Remove(path)) : throw new IOException($"{path} is locked.");

    private void Step(string what, Action effect)
    {
        if (IsOff)
        {
            throw new PowerLossException();
        }

        Steps++;
        Trace.Add(what);
        if (Steps != FailingStep)
        {
            effect();
            return;
        }

        if (FailsAfterEffect)
        {
            effect();
        }

        var failure = Failure();
        IsOff = failure is PowerLossException;
        throw failure;
    }

    private sealed class Unlock(Action undo) : IDisposable
    {
        public void Dispose() => undo();
    }

    private sealed class DiskFile(byte[] content)
    {
        private readonly List<(long Offset, byte[]? Data)> _unflushed = [];
        private byte[] _durable = content;

        public byte[] Bytes { get; private set; } = content;

        public void Write(long offset, byte[] data)
        {
            _unflushed.Add((offset, data));
            Bytes = Written(Bytes, offset, data);
        }

        public void Truncate(long length)
        {
            _unflushed.Add((length, null));
            Bytes = Bytes[..(int)length];
        }

        public void Flush()
        {
            _unflushed.Clear();
            _durable = Bytes;
        }

        public void Replace(byte[] content)
        {
            Bytes = content;
            Flush();
        }

        public byte[] AfterPowerLoss(Func<bool> keeps)
        {
            var found = _durable;
            foreach (var (offset, data) in _unflushed)
            {
                if (keeps())
                {
                    found = data is not null ? Written(found, offset, data) : found[..(int)Math.Min(offset, found.Length)];
                }
            }

            return found;
        }

        private static byte[] Written(byte[] bytes, long offset, byte[] data)
        {
            var result = new byte[Math.Max(bytes.Length, offset + data.Length)];
            bytes.CopyTo(result, 0);
            data.CopyTo(result, offset);
            return result;
        }
    }

    private sealed class Handle : IStorageFile
    {
        private readonly PowerLossDisk _disk;
        private readonly DiskFile _file;
        private bool _isClosed;

        public Handle(PowerLossDisk disk, string path, DiskFile file)
        {
            _disk = disk;
            _file = file;
            Path = path;
            disk.OpenFiles++;
        }

        public string Path { get; }

        public long Length => _file.Bytes.Length;

        public int Read(long offset, Span<byte> buffer)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            if (_disk.FailsRead)
            {
                throw new IOException($"{Path}: read error.");
            }

            if (offset >= Length)
            {
                return 0;
            }

            var count = (int)Math.Min(buffer.Length, Length - offset);
            _file.Bytes.AsSpan((int)offset, count).CopyTo(buffer);
            return count;
        }

        public void Write(long offset, ReadOnlySpan<byte> data)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            var copy = data.ToArray();
            _disk.Step($"write {Path} {offset} {copy.Length}", () =>
            {
                var grown = Math.Max(0, offset + copy.Length - Length);
                if (_disk._names.Values.Sum(file => (long)file.Bytes.Length) + grown > _disk.Capacity)
                {
                    // The first half still fitted.
                    _file.Write(offset, copy[..(copy.Length / 2)]);
                    throw new DiskFullException($"{Path}: no space for {copy.Length} bytes.");
                }

                _file.Write(offset, copy);
            });
        }

        public void Allocate(long length) => _disk.Step($"allocate {Path}", () =>
        {
            if (length > Length)
            {
                _file.Write(Length, new byte[length - Length]);
            }
        });

        public void Truncate(long length) => _disk.Step($"truncate {Path}", () => _file.Truncate(length));

        public void Flush()
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            _disk.Step($"flush {Path}", _file.Flush);
        }

        public void Dispose()
        {
            if (!_isClosed)
            {
                _isClosed = true;
                _disk.OpenFiles--;
            }
        }
    }
}
