namespace Consensus.Cli.Selection;

/// <summary>Where one engine ends and the next begins.</summary>
/// <param name="SwarmSizeLimit">How many members may agree by votes of all.</param>
/// <param name="LatencyLimitMs">Who needs decisions in less than this gets HotStuff.</param>
internal sealed record SelectThresholds(int SwarmSizeLimit, double LatencyLimitMs);
