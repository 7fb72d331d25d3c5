namespace Consensus.Client.Peers;

/// <summary>What a node knows of its peers, as the API writes it.</summary>
internal sealed record PeerListDocument(uint Node, IReadOnlyList<PeerDocument> Peers)
{
    /// <summary>The peers.</summary>
    public NodePeers ToPeers() => new(new NodeId(Node), [.. Peers.Select(peer => peer.ToStatus())]);
}
