namespace Consensus.Engine;

/// <summary>Counts the reads that wait. Safe to use from any number of threads.</summary>
internal sealed class PendingReads
{
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Counts one more, unless there are as many as may be.</summary>
    public bool TryEnter(int max)
    {
        if (Interlocked.Increment(ref _count) <= max)
        {
            return true;
        }

        Leave();
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _count);
}
