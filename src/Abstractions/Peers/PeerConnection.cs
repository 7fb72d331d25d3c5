namespace Consensus;

/// <summary>One of the two connections between a node and a peer.</summary>
/// <param name="IsConnected">Whether it stands.</param>
/// <param name="Since">Since when it has stood, or has not; if it never has, since when the node has the peer.</param>
/// <param name="EndPoint">The other end, <c>address:port</c>; <see langword="null"/> before there was one.</param>
public sealed record PeerConnection(bool IsConnected, DateTimeOffset Since, string? EndPoint);
