using Consensus.Cli.Demo.View;
using Spectre.Console;

namespace Consensus.Cli.Demo.Swarm;

/// <summary>Tells a person what came out of a demo of a swarm.</summary>
internal static class SwarmDemoSummary
{
    /// <summary>Writes it.</summary>
    public static void Present(IAnsiConsole screen, SwarmDemoResult result)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(3)).AddColumn();
        grid.AddRow("written", $"{result.Written:N0} values, {result.WrittenInMinority} of them in the smaller part before it knew; {result.Refused:N0} refused there afterwards");
        grid.AddRow("told", $"{result.Broadcasts:N0} rumours");
        grid.AddRow("read-only", $"{result.Minority} of {result.Nodes} nodes, {result.ReadOnlyMs:N0} ms after they were cut off");
        grid.AddRow("merged", $"{result.MergedMs:N0} ms after the cut had ended");
        grid.AddRow("lost", DemoSummary.Verdict(result.Lost == 0, $"{result.Lost}"));
        grid.AddRow("duplicated", DemoSummary.Verdict(result.Duplicated == 0, $"{result.Duplicated}"));
        grid.AddRow("state", DemoSummary.Verdict(result.StateHashesAgree, result.StateHashesAgree ? $"the same on all nodes: {result.StateHash[..16]}…" : "differs"));
        screen.Write(grid);
        foreach (var problem in result.Problems)
        {
            screen.MarkupLineInterpolated($"[red1]{problem}[/]");
        }
    }
}
