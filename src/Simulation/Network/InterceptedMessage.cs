using Consensus.Engine;

namespace Consensus.Simulation;

/// <summary>A message of a corrupt replica, or to one.</summary>
/// <param name="From">Who sends it.</param>
/// <param name="To">To whom.</param>
/// <param name="Message">The message, decoded.</param>
/// <param name="Frame">Its wire form; the adversary may keep it.</param>
public readonly record struct InterceptedMessage(NodeId From, NodeId To, ProtocolMessage Message, ReadOnlyMemory<byte> Frame);
