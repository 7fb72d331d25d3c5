namespace Consensus.Hybrid.Selection;

/// <summary>Which change of one requirement would change the choice: all that can matter are tried, and those that do are told.</summary>
internal static class SelectionAlternatives
{
    public static IReadOnlyList<SelectionAlternative> Of(SelectionRequirements requirements, SelectionThresholds thresholds, SelectableEngine? chosen) =>
    [
        .. Changes(requirements, thresholds)
            .Select(change => (Engine: EngineSelector.RowFor(change.To, thresholds).Engine, change.Words, change.To))
            .Where(other => other.Engine is not null && other.Engine != chosen)
            .Select(other => new SelectionAlternative(other.Engine!.Value, other.Words, other.To)),
    ];

    private static IEnumerable<(string Words, SelectionRequirements To)> Changes(SelectionRequirements asked, SelectionThresholds limits)
    {
        var latency = SelectionTable.Duration(limits.LatencyLimit);
        yield return (asked.Byzantine ? "if members were not expected to lie" : "if members might lie", asked with { Byzantine = !asked.Byzantine });
        yield return ($"with a latency requirement under {latency}", asked with { Latency = limits.LatencyLimit - TimeSpan.FromTicks(1) });
        yield return ($"with a latency requirement of {latency} or more, or none", asked with { Latency = null });
        yield return ($"with {SelectionTable.ByzantineMembersMin} members or more", asked with { SwarmSize = Math.Max(asked.SwarmSize, SelectionTable.ByzantineMembersMin) });
        yield return ($"with at most {SelectionTable.Number(limits.SwarmSizeLimit)} members", asked with { SwarmSize = Math.Min(asked.SwarmSize, limits.SwarmSizeLimit) });
        yield return ($"with more than {SelectionTable.Number(limits.SwarmSizeLimit)} members", asked with { SwarmSize = limits.SwarmSizeLimit + 1 });
    }
}
