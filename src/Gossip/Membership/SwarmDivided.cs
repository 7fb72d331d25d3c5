namespace Consensus.Gossip;

/// <summary>Fewer than a majority of the swarm can be reached from here: this side is read-only, for another one may be the swarm.</summary>
/// <param name="Reachable">How many members are, this one included.</param>
/// <param name="FullSize">How many there are in all.</param>
public sealed record SwarmDivided(int Reachable, int FullSize) : GossipEvent;
