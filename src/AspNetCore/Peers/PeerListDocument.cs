namespace Consensus.AspNetCore.Peers;

/// <summary>What a node knows of its peers.</summary>
/// <param name="Node">The node.</param>
/// <param name="Peers">The peers in the order of their numbers.</param>
internal sealed record PeerListDocument(uint Node, IReadOnlyList<PeerDocument> Peers);
