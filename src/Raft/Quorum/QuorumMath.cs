namespace Consensus.Raft.Quorum;

/// <summary>Decisions by majority of one set of voters. Pure.</summary>
internal static class QuorumMath
{
    /// <summary>How many of <paramref name="voters"/> are a majority.</summary>
    public static int Size(int voters) => (voters / 2) + 1;

    /// <summary>
    /// The largest number that a majority has reached: the k-th largest over <em>all</em> voters, where one that has not answered counts
    /// as zero.
    /// </summary>
    /// <param name="reached">One number for each voter; reordered.</param>
    /// <returns>An empty set has no say: the largest number there is.</returns>
    public static ulong Reached(Span<ulong> reached)
    {
        if (reached.IsEmpty)
        {
            return ulong.MaxValue;
        }

        reached.Sort();
        return reached[^Size(reached.Length)];
    }

    /// <summary>The outcome of an election among <paramref name="voters"/> so far.</summary>
    public static VoteOutcome Tally(int voters, int granted, int rejected)
    {
        if (voters == 0 || granted >= Size(voters))
        {
            return VoteOutcome.Won;
        }

        return voters - rejected < Size(voters) ? VoteOutcome.Lost : VoteOutcome.Pending;
    }
}
