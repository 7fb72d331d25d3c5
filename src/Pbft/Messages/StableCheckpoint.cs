using Consensus.Engine;

namespace Consensus.Pbft.Messages;

/// <summary>A stable checkpoint, for somebody who has an older one.</summary>
/// <param name="Proof">The checkpoint and its certificate.</param>
internal sealed record StableCheckpoint(StableProof Proof) : ProtocolMessage;
