using Consensus.Engine;

namespace Consensus.Hybrid.Messages;

/// <summary>A part of the snapshot of the beginning of an epoch, or the end of the one before.</summary>
/// <param name="Epoch">The epoch that begins with it.</param>
/// <param name="Offset">Where the part begins.</param>
/// <param name="Data">The part; empty if it cannot be read any more.</param>
internal sealed record StatePart(Epoch Epoch, long Offset, ReadOnlyMemory<byte> Data) : ProtocolMessage;
