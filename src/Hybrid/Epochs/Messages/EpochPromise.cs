using Consensus.Engine;

namespace Consensus.Hybrid.Messages;

/// <summary>A promise of an epoch's engine.</summary>
internal sealed record EpochPromise(EpochTag Epoch, PromiseMessage Promise) : PromiseMessage(Promise.AfterLsn), IEpochMessage
{
    /// <inheritdoc/>
    public ProtocolMessage Content => Promise;
}
