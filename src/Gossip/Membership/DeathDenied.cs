namespace Consensus.Gossip;

/// <summary>Others took this node for dead, and it has said that it is not: for a while it was not reached, or did not get to answer. What it missed meanwhile it asks for.</summary>
/// <param name="Accusers">Who said so first, as far as is known.</param>
public sealed record DeathDenied(IReadOnlyList<NodeId> Accusers) : GossipEvent;
