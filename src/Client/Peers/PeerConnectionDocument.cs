namespace Consensus.Client.Peers;

/// <summary>One of the two connections between a node and a peer, as the API writes it.</summary>
internal sealed record PeerConnectionDocument(bool Connected, DateTimeOffset Since, string? EndPoint)
{
    /// <summary>The connection.</summary>
    public PeerConnection ToConnection() => new(Connected, Since, EndPoint);
}
