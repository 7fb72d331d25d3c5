using Consensus.Hybrid.Selection;

namespace Consensus.Cli.Selection;

/// <summary>Which engine fits, as scripts read it.</summary>
/// <param name="Engine">Its name; null if none fits.</param>
/// <param name="Available">Whether this tool can run it.</param>
/// <param name="Rule">The rule that applied.</param>
/// <param name="SwarmSize">How many members vote.</param>
/// <param name="LatencyMs">How long a decision may take; null if that does not matter.</param>
/// <param name="Byzantine">Whether members may lie.</param>
/// <param name="FaultsMax">How many members may fail; null where there is no such number.</param>
/// <param name="Thresholds">The thresholds that counted.</param>
/// <param name="Alternatives">What would change the choice.</param>
/// <param name="Explanation">All of that in words.</param>
internal sealed record SelectResult(
    string? Engine,
    bool Available,
    string Rule,
    int SwarmSize,
    double? LatencyMs,
    bool Byzantine,
    int? FaultsMax,
    SelectThresholds Thresholds,
    IReadOnlyList<SelectAlternative> Alternatives,
    string Explanation)
{
    /// <summary>A selector's answer.</summary>
    public static SelectResult Of(EngineSelection selection) => new(
        selection.Engine?.Name(),
        Algorithms.Find(selection.Engine?.Name()) is not null,
        $"{selection.Rule}",
        selection.Requirements.SwarmSize,
        selection.Requirements.Latency?.TotalMilliseconds,
        selection.Requirements.Byzantine,
        selection.FaultsMax,
        new SelectThresholds(selection.Thresholds.SwarmSizeLimit, selection.Thresholds.LatencyLimit.TotalMilliseconds),
        [.. selection.Alternatives.Select(other => new SelectAlternative(other.Engine.Name(), other.Change))],
        selection.Explanation);
}
