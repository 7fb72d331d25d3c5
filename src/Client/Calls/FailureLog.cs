namespace Consensus.Client.Calls;

/// <summary>What each node said last while a call was tried.</summary>
internal sealed class FailureLog
{
    private readonly SortedDictionary<string, string> _failures = new(StringComparer.Ordinal);

    /// <summary>Notes why a node was no help.</summary>
    public void Add(string node, string failure) => _failures[node] = failure;

    /// <summary>All of it, in one sentence for each node.</summary>
    public override string ToString() => string.Join(" ", _failures.Select(pair => $"{pair.Key}: {pair.Value.TrimEnd('.')}."));
}
