namespace Consensus.AspNetCore.Peers;

/// <summary>One of the two connections between a node and a peer.</summary>
/// <param name="Connected">Whether it stands.</param>
/// <param name="Since">Since when it has stood, or has not.</param>
/// <param name="EndPoint">The other end; <c>null</c> before there was one.</param>
internal sealed record PeerConnectionDocument(bool Connected, DateTimeOffset Since, string? EndPoint)
{
    /// <summary>The document for a connection.</summary>
    public static PeerConnectionDocument Of(PeerConnection connection) => new(connection.IsConnected, connection.Since, connection.EndPoint);
}
