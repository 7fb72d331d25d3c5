namespace Consensus.Configuration;

/// <summary>What is wrong with a configuration: one sentence for each key, which names the key, its value and what is allowed.</summary>
internal sealed class SettingProblems
{
    private readonly HashSet<string> _paths = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _sentences = [];

    public IReadOnlyList<string> Sentences => _sentences;

    /// <summary>Adds a problem, unless one of the same key is known: what follows from a bad value need not be said as well.</summary>
    public void Add(string path, string sentence)
    {
        if (_paths.Add(path))
        {
            _sentences.Add(sentence);
        }
    }

    /// <summary>Adds a problem with a value.</summary>
    public void Add(string path, object value, string allowed) => Add(path, $"{path} is {SettingFormat.Show(value)}; allowed: {allowed}.");

    /// <summary>Whether a problem of this key is known.</summary>
    public bool Has(string path) => _paths.Contains(path);

    /// <summary>Adds all problems of another collection.</summary>
    public void AddAll(SettingProblems others)
    {
        _paths.UnionWith(others._paths);
        _sentences.AddRange(others._sentences);
    }
}
