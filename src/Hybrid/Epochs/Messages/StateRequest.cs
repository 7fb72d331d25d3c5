using Consensus.Engine;

namespace Consensus.Hybrid.Messages;

/// <summary>The sender cannot get to the beginning of an epoch, or to the end of the one before, by the log: it wants to know the snapshot of the state there.</summary>
/// <param name="Epoch">The epoch that begins with it.</param>
internal sealed record StateRequest(Epoch Epoch) : ProtocolMessage;
