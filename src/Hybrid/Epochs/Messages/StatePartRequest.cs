using Consensus.Engine;

namespace Consensus.Hybrid.Messages;

/// <summary>The sender wants a part of the snapshot of the beginning of an epoch.</summary>
/// <param name="Epoch">The epoch.</param>
/// <param name="Offset">Where the part begins.</param>
internal sealed record StatePartRequest(Epoch Epoch, long Offset) : ProtocolMessage;
