using Consensus.Engine;

namespace Consensus.Hybrid.Messages;

/// <summary>A message of an epoch's engine that promises nothing, or has been received.</summary>
internal sealed record EpochMessage(EpochTag Epoch, ProtocolMessage? Content) : ProtocolMessage, IEpochMessage
{
    /// <inheritdoc/>
    public override void Release() => Content?.Release();
}
