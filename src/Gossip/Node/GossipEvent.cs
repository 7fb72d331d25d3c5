namespace Consensus.Gossip;

/// <summary>Something that happened at a node of a swarm, for whoever watches. Immutable.</summary>
public abstract record GossipEvent;
