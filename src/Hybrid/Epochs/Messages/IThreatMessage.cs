namespace Consensus.Hybrid.Messages;

/// <summary>A message about members that lie in an epoch.</summary>
internal interface IThreatMessage
{
    /// <summary>The epoch.</summary>
    EpochTag Epoch { get; }
}
