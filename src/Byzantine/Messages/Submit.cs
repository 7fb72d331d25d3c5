using Consensus.Engine;

namespace Consensus.Byzantine;

/// <summary>A batch that waits to be ordered, signed by its origin.</summary>
/// <param name="Batch">The batch: the sender's own, or one that it passes on.</param>
internal sealed record Submit(CommandBatch Batch) : ProtocolMessage;
