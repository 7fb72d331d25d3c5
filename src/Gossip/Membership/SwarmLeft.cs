namespace Consensus.Gossip;

/// <summary>This node has left the swarm, and told it as well as it could: it may end.</summary>
public sealed record SwarmLeft() : GossipEvent;
