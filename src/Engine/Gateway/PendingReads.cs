namespace Consensus.Engine;

/// <summary>What the reads of a replica have in common: how many wait, which any thread may count, and where their answers are written.</summary>
internal sealed class PendingReads
{
    private int _count;

    /// <summary>Where the state machine writes the answer of the read whose turn it is. Used on the applier's thread only.</summary>
    public AnswerBuffer Answer { get; } = new();

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
