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

    /// <summary>Whether as many are known as are ever kept.</summary>
    public bool IsFull => _latest.Count == Kept;

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
