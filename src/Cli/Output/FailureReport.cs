namespace Consensus.Cli.Output;

/// <summary>The JSON object of a command that has no result.</summary>
/// <param name="Error">Why.</param>
internal sealed record FailureReport(string Error);
