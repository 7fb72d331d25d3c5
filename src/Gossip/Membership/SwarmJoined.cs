namespace Consensus.Gossip;

/// <summary>A seed has told this node about the swarm.</summary>
/// <param name="Seed">Which one.</param>
public sealed record SwarmJoined(NodeId Seed) : GossipEvent;
