namespace Consensus.HotStuff.Pacemaker;

/// <summary>
/// How long this replica's batches took under each leader's last term: what a leader has a say in, all of it does in its own term, so only others' terms say how long a batch need take.
/// </summary>
/// <param name="faultsMax">How many of the leaders may lie.</param>
internal sealed class LeaderPaces(int faultsMax)
{
    private const int AllowanceFactor = 8;

    private readonly SortedDictionary<NodeId, TimeSpan> _paces = [];

    /// <summary>A term ends.</summary>
    /// <param name="leader">Who led it.</param>
    /// <param name="pace">How long batches took; none, if too few are known.</param>
    public void Note(NodeId leader, TimeSpan? pace)
    {
        if (pace is { } known && leader != NodeId.None)
        {
            _paces[leader] = known;
        }
    }

    /// <summary>
    /// What batches may take under a leader: eight times what they took under the others, and of those the fastest f+1 first, so that one of them is correct; but never what only f of them took.
    /// </summary>
    /// <returns>The time; zero, if no more than f other leaders are known.</returns>
    public TimeSpan AllowanceFor(NodeId leader)
    {
        var others = _paces.Where(each => each.Key != leader).Select(each => each.Value).Order().ToArray();
        return others.Length <= faultsMax ? TimeSpan.Zero : others[Math.Min(others.Length - faultsMax, faultsMax + 1) - 1] * AllowanceFactor;
    }
}
