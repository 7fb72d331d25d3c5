using Consensus.Engine;

namespace Consensus.Byzantine;

/// <summary>A stable checkpoint, for somebody who has an older one.</summary>
/// <param name="Proof">The checkpoint and its certificate.</param>
internal sealed record StableCheckpoint(StableProof Proof) : ProtocolMessage;
