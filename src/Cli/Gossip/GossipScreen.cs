using Spectre.Console;

namespace Consensus.Cli.Gossip;

/// <summary>Shows to a person what a swarm did.</summary>
internal static class GossipScreen
{
    /// <summary>Shows how news spread.</summary>
    public static void Show(IAnsiConsole screen, SwarmResult result)
    {
        var grid = Rows();
        grid.AddRow("informed", result.Rounds100 is { } all
            ? $"all after [bold]{all:N2}[/] rounds ({result.Rounds100P99:N0} in 99 of 100 trials), 99 % after {result.Rounds99:N2}, 95 % after {result.Rounds95:N2}"
            : "not all, in any trial");
        if (result.CompletedFraction < 1)
        {
            grid.AddRow("[red]given up[/]", $"[red]in {1 - result.CompletedFraction:P1} of the trials not all were told[/]");
        }

        grid.AddRow("messages", $"{result.MessagesPerAgent:N2} with the news for each agent, in {result.CallsPerAgent:N2} calls");
        grid.AddRow("simulation", $"{result.WallSeconds:N3} s and {result.BytesPerAgent:N2} bytes of memory for each agent");
        if (result.Distance is { } distance)
        {
            grid.AddRow("time", distance.SimulatedMs is { } time
                ? $"[bold]{time:N0}[/] ms until all know; {distance.FlatSimulatedMs:N0} ms without groups ({distance.Speedup:N2} times)"
                : "not all are told");
            grid.AddRow("distance", $"{distance.CrossRegionBytes:N0} bytes between regions; {distance.FlatCrossRegionBytes:N0} without groups");
        }

        screen.Write(grid);
    }

    /// <summary>Shows how a swarm voted.</summary>
    public static void Show(IAnsiConsole screen, VoteResult result)
    {
        var grid = Rows();
        grid.AddRow("decision", result.Decision is { } decision ? $"[bold]{decision}[/]" : $"none. {result.Undecided}");
        grid.AddRow("rounds", $"{result.Rounds:N2} ({result.RoundsP99:N0} in 99 of 100 trials), {result.Messages:N0} calls");
        grid.AddRow("agents", $"{result.Agreement:P1} of the honest ones agree");
        grid.AddRow("trials", $"{result.DecidedFraction:P2} decided, {result.WrongFraction:P2} against the honest majority, {(result.ConflictingFraction == 0 ? "none in two ways" : $"[red]{result.ConflictingFraction:P2} in two ways[/]")}");
        if (result.CommitteeFailureProbability is { } probability)
        {
            grid.AddRow("committee", $"{result.Voters:N0} agents vote for all; too many liars are drawn into it with probability {probability:E1}");
        }

        screen.Write(grid);
    }

    private static Grid Rows() => new Grid().AddColumn(new GridColumn().NoWrap().PadRight(3)).AddColumn();
}
