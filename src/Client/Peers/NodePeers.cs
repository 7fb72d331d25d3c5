namespace Consensus.Client;

/// <summary>What one node knows of its peers.</summary>
/// <param name="Node">The node.</param>
/// <param name="Peers">The peers in the order of their numbers.</param>
public sealed record NodePeers(NodeId Node, IReadOnlyList<PeerStatus> Peers);
