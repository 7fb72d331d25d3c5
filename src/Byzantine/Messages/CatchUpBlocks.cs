using Consensus.Engine;

namespace Consensus.Byzantine;

/// <summary>Consecutive blocks. Nobody believes them before the log that they lead to has the chain hash of a stable checkpoint.</summary>
/// <param name="First">The number of the first one.</param>
/// <param name="Blocks">The blocks; none, if the sender no longer has them.</param>
internal sealed record CatchUpBlocks(SequenceNumber First, Block[] Blocks) : ProtocolMessage;
