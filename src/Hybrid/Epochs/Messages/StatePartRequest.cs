using Consensus.Engine;

namespace Consensus.Hybrid.Messages;

/// <summary>The sender wants a part of the snapshot of the beginning of an epoch, or the end of the one before.</summary>
/// <param name="Epoch">The epoch that begins with it.</param>
/// <param name="Offset">Where the part begins.</param>
internal sealed record StatePartRequest(Epoch Epoch, long Offset) : ProtocolMessage;
