namespace Consensus.Cli.Bench;

/// <summary>How far pauses lie apart, in milliseconds.</summary>
/// <param name="Min">The shortest.</param>
/// <param name="P50">Half of them are not longer.</param>
/// <param name="Max">The longest.</param>
internal sealed record PauseSpread(double Min, double P50, double Max);
