namespace Consensus.Client.Calls;

/// <summary>What each node said last while a call was tried.</summary>
/// <remarks>Safe to read while another thread writes: who waits for a session no longer wants to know why there is none yet.</remarks>
internal sealed class FailureLog
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, string> _failures = new(StringComparer.Ordinal);
    private ApiProblem? _lastProblem;

    /// <summary>The last problem that a node answered with; null if none answered.</summary>
    public ApiProblem? LastProblem
    {
        get
        {
            lock (_lock)
            {
                return _lastProblem;
            }
        }
    }

    /// <summary>Notes why a node was no help.</summary>
    /// <param name="node">The node.</param>
    /// <param name="attempt">What became of the attempt.</param>
    /// <param name="wasCutShort">Whether the attempt had less time than others, because the call's was nearly over. That a node did not answer then says less than what it said before.</param>
    public void Add(string node, in Attempt attempt, bool wasCutShort)
    {
        lock (_lock)
        {
            var problem = attempt.Answer?.Problem;
            _lastProblem = problem ?? _lastProblem;
            if (!(wasCutShort && attempt.IsLate && _failures.ContainsKey(node)))
            {
                _failures[node] = problem?.Detail ?? attempt.Failure;
            }
        }
    }

    /// <summary>All of it, in one sentence for each node.</summary>
    public override string ToString()
    {
        lock (_lock)
        {
            return string.Join(" ", _failures.Select(pair => $"{pair.Key}: {pair.Value.TrimEnd('.')}."));
        }
    }
}
