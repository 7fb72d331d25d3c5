using Spectre.Console;

namespace Consensus.Cli.Demo.View;

/// <summary>Tells a person what came out of a demo.</summary>
internal static class DemoSummary
{
    /// <summary>Writes it.</summary>
    public static void Present(IAnsiConsole screen, DemoResult result)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(3)).AddColumn();
        grid.AddRow("acknowledged", $"{result.Committed:N0} operations, {result.LatencyMs.P50:N1} ms at the median, {result.LatencyMs.P99:N1} ms at the 99th percentile");
        grid.AddRow("killed", $"{result.Kills} nodes, {result.LeaderKills} of them leaders; {result.Elections} elections");
        if (result.FailoverMs.Count > 0)
        {
            grid.AddRow("without leader", $"{string.Join(", ", result.FailoverMs.Select(failover => $"{failover:N0} ms"))} after a leader was killed");
        }

        grid.AddRow("lost", Verdict(result.Lost == 0, $"{result.Lost}"));
        grid.AddRow("duplicated", Verdict(result.Duplicated == 0, $"{result.Duplicated}"));
        grid.AddRow("state", Verdict(result.StateHashesAgree, result.StateHashesAgree ? $"the same on all nodes at entry {result.LogIndex:N0}: {result.StateHash[..16]}…" : "differs"));
        if (result.Unknown > 0)
        {
            grid.AddRow("unknown", $"{result.Unknown} operations whose clients gave up waiting");
        }

        screen.Write(grid);
        foreach (var problem in result.Problems)
        {
            screen.MarkupLineInterpolated($"[red1]{problem}[/]");
        }
    }

    /// <summary>How a good and a bad figure is shown.</summary>
    public static string Verdict(bool isGood, string text) => isGood ? $"[green1]✓[/] {text}" : $"[red1]✗ {text}[/]";
}
