using Consensus.Engine;

namespace Consensus.Hybrid.Messages;

/// <summary>The sender cannot get to the beginning of an epoch by the log: it wants to know the snapshot of its state there.</summary>
/// <param name="Epoch">The epoch.</param>
internal sealed record StateRequest(Epoch Epoch) : ProtocolMessage;
