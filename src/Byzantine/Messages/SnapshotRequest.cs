using Consensus.Engine;

namespace Consensus.Byzantine;

/// <summary>Asks which snapshots somebody has: the sender needs blocks that nobody has any more.</summary>
/// <param name="After">The last block that the sender has committed.</param>
/// <param name="NeedsNew">Whether the snapshots offered so far were not the same ones, so that others must be taken.</param>
internal sealed record SnapshotRequest(SequenceNumber After, bool NeedsNew) : ProtocolMessage;
