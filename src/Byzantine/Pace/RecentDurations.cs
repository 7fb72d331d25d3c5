namespace Consensus.Byzantine;

/// <summary>The last sixteen of something's durations, and the one of them that has a certain rank: one that is far from the others does not count.</summary>
/// <param name="rank">Of sixteen durations the one that so many others do not exceed is shown.</param>
internal sealed class RecentDurations(int rank)
{
    /// <summary>The one in the middle.</summary>
    public const int Median = Kept / 2;

    private const int Kept = 16;
    private const int Needed = 8;

    private readonly Queue<TimeSpan> _latest = new(Kept);

    /// <summary>The duration of the rank; none, as long as too few are known.</summary>
    public TimeSpan? Typical { get; private set; }

    private bool IsFull => _latest.Count == Kept;

    /// <summary>
    /// The rank for durations of which somebody can make each one long for f correct replicas, and no more of them: the third shortest, or a shorter one, so that it cannot be long for f + 1 replicas. For those all but as many as
    /// the rank must be long, and of each duration f in f + 1 can be.
    /// </summary>
    /// <param name="faultsMax">f.</param>
    public static int RankAgainst(int faultsMax) => Math.Min(2, ((Kept + faultsMax) / (faultsMax + 1)) - 1);

    public void Add(TimeSpan duration)
    {
        if (IsFull)
        {
            _latest.Dequeue();
        }

        _latest.Enqueue(duration);
        if (_latest.Count >= Needed)
        {
            Typical = _latest.Order().ElementAt(_latest.Count * rank / Kept);
        }
    }

    public void Clear()
    {
        _latest.Clear();
        Typical = null;
    }
}
