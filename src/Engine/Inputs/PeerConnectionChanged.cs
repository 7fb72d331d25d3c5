namespace Consensus.Engine;

/// <summary>The connection to a peer came up or broke: what was in flight may be lost.</summary>
/// <param name="Peer">The peer.</param>
/// <param name="IsConnected">Whether it can be reached now.</param>
public sealed record PeerConnectionChanged(NodeId Peer, bool IsConnected) : Input;
