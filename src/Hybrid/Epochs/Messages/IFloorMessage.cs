namespace Consensus.Hybrid.Messages;

/// <summary>A message about the floors of an epoch.</summary>
internal interface IFloorMessage
{
    /// <summary>The epoch.</summary>
    EpochTag Epoch { get; }
}
