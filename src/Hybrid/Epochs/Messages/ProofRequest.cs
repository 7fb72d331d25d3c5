using Consensus.Engine;

namespace Consensus.Hybrid.Messages;

/// <summary>The sender hears of epochs that it does not know: it wants to see what began them.</summary>
/// <param name="Known">The last epoch that it knows.</param>
internal sealed record ProofRequest(Epoch Known) : ProtocolMessage;
