using Consensus.Engine;

namespace Consensus.Hybrid.Messages;

/// <summary>A message of an epoch's engine, with the epoch that it belongs to.</summary>
internal interface IEpochMessage
{
    /// <summary>The epoch.</summary>
    EpochTag Epoch { get; }

    /// <summary>The engine's message; none, if the epoch is not known here.</summary>
    ProtocolMessage? Content { get; }
}
