namespace Consensus.Gossip;

/// <summary>A majority of the swarm can be reached again.</summary>
/// <param name="Reachable">How many members are, this one included.</param>
/// <param name="FullSize">How many there are in all.</param>
public sealed record SwarmReunited(int Reachable, int FullSize) : GossipEvent;
