namespace Consensus.Hybrid.Selection;

/// <summary>What a deployment needs of its engine. Values that no deployment can have are answered with a refusal, not with an exception.</summary>
/// <param name="SwarmSize">How many members vote; 1 or more.</param>
/// <param name="Latency">How long a decision may take; more than 0. <see langword="null"/>: that does not matter.</param>
/// <param name="Byzantine">Whether some members may do as they please: lie, or have been broken into. Otherwise they stop at worst.</param>
public sealed record SelectionRequirements(int SwarmSize, TimeSpan? Latency, bool Byzantine);
