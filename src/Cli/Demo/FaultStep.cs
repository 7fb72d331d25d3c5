namespace Consensus.Cli.Demo;

/// <summary>One thing that the demo does to its cluster.</summary>
/// <param name="At">When, from the start of the load.</param>
/// <param name="Action">What.</param>
internal readonly record struct FaultStep(TimeSpan At, FaultAction Action);
