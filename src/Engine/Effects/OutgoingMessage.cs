namespace Consensus.Engine;

/// <summary>A message on its way to a peer.</summary>
/// <param name="To">The peer.</param>
/// <param name="Message">The message.</param>
public readonly record struct OutgoingMessage(NodeId To, ProtocolMessage Message);
