namespace Consensus.Byzantine;

/// <summary>Where a batch lies in a block of the log.</summary>
/// <param name="Origin">Who submitted it.</param>
/// <param name="Number">Its number among the batches of its origin.</param>
/// <param name="CommandCount">How many of the block's commands are its.</param>
public readonly record struct BatchPlace(NodeId Origin, ulong Number, int CommandCount);
