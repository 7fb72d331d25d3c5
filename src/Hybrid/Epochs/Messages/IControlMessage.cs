namespace Consensus.Hybrid.Messages;

/// <summary>A message of an epoch about whether another engine is to follow.</summary>
internal interface IControlMessage
{
    /// <summary>The epoch.</summary>
    EpochTag Epoch { get; }
}
