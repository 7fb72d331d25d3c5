namespace Consensus;

/// <summary>
/// A peer, whom the transport has authenticated, sent something that it cannot have sent if it follows the protocol: bytes that are no message, or a message that
/// fails verification. It was dropped, and the connection ended. Told once a second for each peer at most.
/// </summary>
/// <param name="Peer">The sender.</param>
/// <param name="Reason">What is wrong with it.</param>
/// <param name="LeftOut">How many of this peer's were rejected since the event before this one and are not told. Senders that are no members count as one peer.</param>
public sealed record MessageRejected(NodeId Peer, string Reason, long LeftOut) : ConsensusEvent;
