using System.Numerics;
using Consensus.Gossip;

namespace Consensus.Simulation.Swarms;

/// <summary>Which votes each agent of a swarm has seen: two bits for each agent and voter. A voter of whom both are set has signed both.</summary>
internal sealed class VoteBook(int agents, int voters)
{
    private readonly int _words = (voters + 63) / 64;
    private readonly ulong[] _seenFor = new ulong[(long)agents * ((voters + 63) / 64)];
    private readonly ulong[] _seenAgainst = new ulong[(long)agents * ((voters + 63) / 64)];

    public void CopyTo(VoteBook other)
    {
        _seenFor.CopyTo(other._seenFor, 0);
        _seenAgainst.CopyTo(other._seenAgainst, 0);
    }

    /// <summary>An agent sees one vote.</summary>
    public void See(int agent, int voter, bool vote) => SeenBy(agent, vote)[voter / 64] |= 1UL << (voter % 64);

    /// <summary>An agent sees all that another one has seen, as it is in <paramref name="source"/>.</summary>
    public void SeeAll(int agent, VoteBook source, int other)
    {
        Merge(SeenBy(agent, true), source.SeenBy(other, true));
        Merge(SeenBy(agent, false), source.SeenBy(other, false));
    }

    /// <summary>What an agent has seen.</summary>
    public VoteTally TallyOf(int agent)
    {
        var (onlyFor, onlyAgainst, both) = (0, 0, 0);
        var seenFor = SeenBy(agent, true);
        var seenAgainst = SeenBy(agent, false);
        for (var i = 0; i < seenFor.Length; i++)
        {
            onlyFor += BitOperations.PopCount(seenFor[i] & ~seenAgainst[i]);
            onlyAgainst += BitOperations.PopCount(seenAgainst[i] & ~seenFor[i]);
            both += BitOperations.PopCount(seenAgainst[i] & seenFor[i]);
        }

        return new VoteTally(onlyFor, onlyAgainst, both);
    }

    private static void Merge(Span<ulong> into, ReadOnlySpan<ulong> from)
    {
        for (var i = 0; i < into.Length; i++)
        {
            into[i] |= from[i];
        }
    }

    private Span<ulong> SeenBy(int agent, bool vote) => (vote ? _seenFor : _seenAgainst).AsSpan(agent * _words, _words);
}
