namespace Consensus.Simulation.Disk;

/// <summary>Which names a disk's files have, as processes see them and as they are on the disk.</summary>
internal sealed class SimulatedNames
{
    private readonly SortedDictionary<string, SimulatedContent> _seen = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SimulatedContent> _durable = new(StringComparer.Ordinal);
    private readonly List<NameChange> _unflushed = [];

    /// <summary>All files, in the order of their names.</summary>
    public IReadOnlyDictionary<string, SimulatedContent> Seen => _seen;

    /// <summary>How many names, lengths and sectors are not flushed.</summary>
    public int UnflushedParts =>
        _unflushed.Count + _seen.Values.Concat(_durable.Values).Distinct().Sum(content => content.UnflushedParts);

    public SimulatedContent? Find(string path) => _seen.GetValueOrDefault(path);

    public void Change(NameChange change)
    {
        change.ApplyTo(_seen);
        _unflushed.Add(change);
    }

    /// <summary>A file that is there, and durable, without anybody having created it.</summary>
    public void Put(string path, SimulatedContent content)
    {
        _seen[path] = content;
        _durable[path] = content;
    }

    public void Flush(string folder)
    {
        foreach (var change in _unflushed.Where(change => change.IsIn(folder)))
        {
            change.ApplyTo(_durable);
        }

        _unflushed.RemoveAll(change => change.IsIn(folder));
    }

    /// <summary>
    /// A flush has failed. The system takes the folder's names for written from now on, and further flushes leave out what has changed: processes
    /// see it, until the machine crashes.
    /// </summary>
    public void Forget(string folder) => _unflushed.RemoveAll(change => change.IsIn(folder));

    /// <summary>The machine has crashed: what was not flushed survives or not, of the names and of the files.</summary>
    public void Crash(ISurvival survival, long lastWrite)
    {
        foreach (var change in _unflushed)
        {
            if (survival.KeepsName())
            {
                change.ApplyTo(_durable);
            }
        }

        _unflushed.Clear();
        _seen.Clear();
        foreach (var (path, content) in _durable)
        {
            content.Crash(survival, lastWrite);
            _seen.Add(path, content);
        }
    }

    public void Clear()
    {
        _seen.Clear();
        _durable.Clear();
        _unflushed.Clear();
    }

    /// <summary>The same names of files that are the same in everything.</summary>
    public SimulatedNames Fork()
    {
        var fork = new SimulatedNames();
        var contents = new Dictionary<SimulatedContent, SimulatedContent>(ReferenceEqualityComparer.Instance);
        foreach (var (path, content) in _seen)
        {
            fork._seen.Add(path, ForkOf(content));
        }

        foreach (var (path, content) in _durable)
        {
            fork._durable.Add(path, ForkOf(content));
        }

        fork._unflushed.AddRange(_unflushed.Select(change => change with { Content = change.Content is { } content ? ForkOf(content) : null }));
        return fork;

        SimulatedContent ForkOf(SimulatedContent content)
        {
            if (!contents.TryGetValue(content, out var copy))
            {
                copy = content.Fork();
                contents.Add(content, copy);
            }

            return copy;
        }
    }
}
