namespace Consensus.Gossip;

/// <summary>This node listens to a peer again that it ignored: time has passed.</summary>
/// <param name="Peer">The peer.</param>
public sealed record PeerHeardAgain(NodeId Peer) : GossipEvent;
