namespace Consensus.Gossip;

/// <summary>Others remember a later start of this node than this one: it goes on as a later one. The host is to keep the number, and to begin above it the next time.</summary>
/// <param name="Instance">The instance that this node is now.</param>
public sealed record InstanceRaised(ulong Instance) : GossipEvent;
