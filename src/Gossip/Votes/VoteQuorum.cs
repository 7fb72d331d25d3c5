using Consensus.Cryptography;

namespace Consensus.Gossip;

/// <summary>
/// How an agent decides by signed votes that spread epidemically: on a value for which ⌈(n + f + 1) / 2⌉ distinct voters have signed, and no other value. Two such quorums share f + 1 voters, of whom one does not lie and votes once, so with f liars at most no two
/// agents decide differently, however messages travel.
/// </summary>
/// <remarks>
/// With more liars than f two groups of agents could each be shown another quorum. So nobody decides at once: who has a quorum goes on gossiping for <see cref="SettleRounds"/>, in which the two votes of a liar meet; and who knows of more than f liars decides nothing.
/// This defends as long as agents hear of each other, and against nobody who can keep them apart.
/// </remarks>
public static class VoteQuorum
{
    // What one agent knows comes to everybody in log3 n + O(log log n) rounds of push-pull (Karp et al., FOCS 2000); the rest is for what gets lost.
    private const int SpareRounds = 4;

    /// <summary>What follows from the votes.</summary>
    /// <param name="tally">The votes.</param>
    /// <param name="voters">How many may vote: 1 or more.</param>
    public static VoteVerdict Judge(in VoteTally tally, int voters)
    {
        var quorum = ByzantineQuorum.Size(voters);
        return tally.Both > ByzantineQuorum.FaultsMax(voters) ? VoteVerdict.TooManyLiars
            : tally.For >= quorum ? VoteVerdict.For
            : tally.Against >= quorum ? VoteVerdict.Against
            : VoteVerdict.Open;
    }

    /// <summary>For how many rounds an agent that has a quorum waits before it decides.</summary>
    /// <param name="agents">How many agents hear of votes: 1 or more.</param>
    public static int SettleRounds(int agents)
    {
        var rounds = SpareRounds;
        for (var informed = 1L; informed < agents; informed *= 3)
        {
            rounds++;
        }

        return rounds;
    }
}
