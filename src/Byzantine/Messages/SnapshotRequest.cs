using Consensus.Engine;

namespace Consensus.Byzantine;

/// <summary>Asks which snapshot somebody has: the sender needs blocks that nobody has any more.</summary>
/// <param name="After">The last block that the sender has committed.</param>
internal sealed record SnapshotRequest(SequenceNumber After) : ProtocolMessage, IDemand;
