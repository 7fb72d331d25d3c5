using Consensus.Cli.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Consensus.Cli.Demo.View;

/// <summary>Shows a demo as a picture that is drawn anew ten times a second.</summary>
internal sealed class LiveDemoView(IAnsiConsole screen) : IDemoView
{
    private const int EventsShown = 9;
    // Together they fit into 80 columns, and stay where they are while numbers grow and nodes fall.
    private const int NodeWidth = 4;
    private const int RoleWidth = 10;
    private const int TermWidth = 4;
    private const int IndexWidth = 9;
    private const int BarWidth = 13;
    private const int SparklineWidth = 30;

    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMilliseconds(100);

    /// <inheritdoc/>
    public Task ShowAsync(DemoBoard board, Task demo) => screen
        .Live(Draw(board))
        .AutoClear(false)
        .StartAsync(async context =>
        {
            while (!demo.IsCompleted)
            {
                context.UpdateTarget(Draw(board));
                await Task.WhenAny(demo, Task.Delay(RefreshInterval)).ConfigureAwait(false);
            }

            context.UpdateTarget(Draw(board));
        });

    /// <summary>One picture.</summary>
    internal static IRenderable Draw(DemoBoard board) =>
        new Rows(Title(board), Nodes(board), Figures(board), Events(board));

    private static Rule Title(DemoBoard board)
    {
        var elapsed = Math.Min(board.Elapsed.TotalSeconds, board.Options.Duration.TotalSeconds);
        var phase = board.Phase switch
        {
            DemoPhase.Starting => "starting",
            DemoPhase.UnderLoad => $"{elapsed:N1} of {board.Options.Duration.TotalSeconds:N0} s",
            DemoPhase.Settling => "settling",
            DemoPhase.Auditing => "auditing",
        };
        return new Rule($"[bold]consensus[/] · {board.Options.Algorithm} · {board.Options.Nodes} nodes · {phase}") { Justification = Justify.Left };
    }

    private static Table Nodes(DemoBoard board)
    {
        var table = new Table { Border = TableBorder.Rounded }
            .AddColumn(new TableColumn("node").Width(NodeWidth))
            .AddColumn(new TableColumn("role").Width(RoleWidth))
            .AddColumn(new TableColumn("term").Width(TermWidth).RightAligned())
            .AddColumn(new TableColumn("log").Width(IndexWidth).RightAligned())
            .AddColumn(new TableColumn("committed").Width(IndexWidth).RightAligned())
            .AddColumn(new TableColumn("applied").Width(IndexWidth).RightAligned())
            .AddColumn(new TableColumn("how far").Width(BarWidth));
        var statuses = board.Cluster.Nodes.Select(node => (node.Id, node.Status)).ToArray();
        var front = statuses.Max(item => item.Status?.LastIndex.Value ?? 0);
        foreach (var (id, status) in statuses)
        {
            if (status is null)
            {
                table.AddRow($"[bold]n{id}[/]", $"[red1]✗ {NodeWords.Down}[/]", "", "", "", "", "");
                continue;
            }

            var colour = NodeWords.Colour(status.Role);
            var sign = status.Role == ReplicaRole.Leader ? "★" : "●";
            table.AddRow(
                $"[bold]n{id}[/]",
                $"[{colour}]{sign} {NodeWords.Role(status.Role)}[/]",
                $"{status.TermOrView}",
                $"{status.LastIndex.Value:N0}",
                $"{status.CommitIndex.Value:N0}",
                $"{status.AppliedIndex.Value:N0}",
                $"[{colour}]{Bar(status.AppliedIndex.Value, front)}[/]");
        }

        return table;
    }

    private static string Bar(ulong value, ulong max)
    {
        var length = max == 0 ? 0 : (int)(value * BarWidth / max);
        return $"{new string('━', length)}{new string(' ', BarWidth - length)}";
    }

    private static Panel Figures(DemoBoard board)
    {
        var latency = LatencySummary.Of(board.Latencies);
        var failovers = board.Failovers;
        return new Panel(new Rows(
            new Markup($"[green1]{Sparkline.Draw(board.Throughput.Rates, SparklineWidth)}[/]  [bold]{board.Throughput.LastRate:N0}[/] operations/s, {board.Throughput.Count:N0} acknowledged"),
            new Markup($"latency p50 [bold]{latency.P50:N1}[/]  p90 [bold]{latency.P90:N1}[/]  p99 [bold]{latency.P99:N1}[/]  max [bold]{latency.Max:N0}[/] ms"),
            new Markup($"elections [bold]{board.Elections}[/]"
                + (failovers.Count > 0 ? $"   last failover [bold]{failovers[^1].TotalMilliseconds:N0}[/] ms" : ""))))
        {
            Header = new PanelHeader($" {DemoOptions.Clients} clients "),
            Border = BoxBorder.Rounded,
            Expand = true,
        };
    }

    private static Panel Events(DemoBoard board)
    {
        var lines = board.EventsFrom(0).TakeLast(EventsShown).Select(Line).ToList();
        while (lines.Count < EventsShown)
        {
            lines.Add(new Text(" "));
        }

        return new Panel(new Rows(lines)) { Header = new PanelHeader(" events "), Border = BoxBorder.Rounded, Expand = true };
    }

    private static IRenderable Line(DemoEvent item)
    {
        var colour = item.Kind switch
        {
            DemoEventKind.Plain => "grey",
            DemoEventKind.Fault => "orange1",
            DemoEventKind.Recovery => "green1",
            DemoEventKind.Failure => "red1",
        };
        return new Markup($"[grey]{item.At.TotalSeconds,6:N1} s[/]  [{colour}]{Markup.Escape(item.Text)}[/]");
    }
}
