namespace Consensus.Gossip;

/// <summary>A peer has done so much that no honest one does that this node neither listens nor talks to it for a time.</summary>
/// <param name="Peer">The peer.</param>
/// <param name="Reason">What it did last.</param>
public sealed record PeerIgnored(NodeId Peer, string Reason) : GossipEvent;
