namespace Consensus;

/// <summary>
/// A member asks this node for more than any member needs that follows the protocol; what goes beyond its ration is dropped, and everybody else is answered as before. Told once a minute for each member at most; by engines that
/// do not trust their members.
/// </summary>
/// <param name="Peer">The member.</param>
/// <param name="Dropped">How many of its messages were dropped since the event before this one.</param>
public sealed record PeerFlooding(NodeId Peer, long Dropped) : ConsensusEvent;
