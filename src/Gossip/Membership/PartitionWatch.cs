using Consensus.Gossip.Node;

namespace Consensus.Gossip.Membership;

/// <summary>
/// Says whether this node is with a majority of its swarm as it was last whole. Those who left do not count; those who died do until they are forgotten, and while this node is with a minority nobody is: a side that waits for long enough does not become the swarm.
/// </summary>
/// <remarks>This is no quorum: who votes in an engine stands in its log. It keeps a swarm's two sides from both changing what cannot be merged.</remarks>
/// <param name="fullSizeMin">How many members there are at least.</param>
internal sealed class PartitionWatch(int fullSizeMin)
{
    /// <summary>On which side this node is.</summary>
    public SwarmSide Side { get; private set; }

    /// <summary>How many members the swarm has, reachable or not.</summary>
    public int FullSize { get; private set; } = 1;

    /// <summary>Looks again.</summary>
    /// <param name="live">How many live, suspects and this node included: that many are suspected is a reason to ask them, and none yet to give up.</param>
    /// <param name="dead">How many died and are not forgotten.</param>
    /// <param name="surveyed">How many answered when they were asked at once, this node included; <see langword="null"/> if nobody was asked of late.</param>
    public void Update(int live, int dead, int? surveyed, GossipEffects effects)
    {
        var known = Math.Max(fullSizeMin, live + dead);
        FullSize = Side == SwarmSide.Minority ? Math.Max(FullSize, known) : known;
        var reachable = Math.Min(live, surveyed ?? live);
        var side = reachable > FullSize / 2 ? SwarmSide.Majority : SwarmSide.Minority;
        if (side != Side)
        {
            Side = side;
            effects.Raise(side == SwarmSide.Minority ? new SwarmDivided(reachable, FullSize) : new SwarmReunited(reachable, FullSize));
        }
    }
}
