using Consensus.Engine;

namespace Consensus.Hybrid.Messages;

/// <summary>The sender was brought an operator's order that leads back to Raft, and asks whether the receiver agrees.</summary>
/// <param name="Epoch">The epoch.</param>
/// <param name="Order">The order.</param>
internal sealed record ReturnRequest(EpochTag Epoch, SealOrder Order) : ProtocolMessage, IControlMessage;
