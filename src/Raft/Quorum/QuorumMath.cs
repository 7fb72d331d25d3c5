namespace Consensus.Raft.Quorum;

/// <summary>Decisions by enough of one set of voters. Pure.</summary>
internal static class QuorumMath
{
    /// <summary>How many of <paramref name="voters"/> are a majority.</summary>
    public static int Size(int voters) => (voters / 2) + 1;

    /// <summary>
    /// The largest number that so many have reached: the k-th largest over <em>all</em> voters, where one that has not answered counts
    /// as zero.
    /// </summary>
    /// <param name="reached">One number for each voter; reordered.</param>
    /// <param name="size">How many are enough: 1 to all.</param>
    /// <returns>An empty set has no say: the largest number there is.</returns>
    public static ulong Reached(Span<ulong> reached, int size)
    {
        if (reached.IsEmpty)
        {
            return ulong.MaxValue;
        }

        reached.Sort();
        return reached[^size];
    }

    /// <summary>The outcome of an election among <paramref name="voters"/> so far, of whom <paramref name="size"/> are enough.</summary>
    public static VoteOutcome Tally(int voters, int size, int granted, int rejected)
    {
        if (voters == 0 || granted >= size)
        {
            return VoteOutcome.Won;
        }

        return voters - rejected < size ? VoteOutcome.Lost : VoteOutcome.Pending;
    }
}
