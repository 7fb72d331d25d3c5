namespace Consensus.Cli.Demo.View;

/// <summary>Shows a demo as lines of text: each event as it happens, and the figures every other second.</summary>
internal sealed class PlainDemoView(TextWriter output) : IDemoView
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan FiguresInterval = TimeSpan.FromSeconds(2);

    private int _eventsShown;

    /// <inheritdoc/>
    public async Task ShowAsync(DemoBoard board, Task demo)
    {
        var nextFigures = FiguresInterval;
        while (!demo.IsCompleted)
        {
            ShowEvents(board);
            if (board.Phase == DemoPhase.UnderLoad && board.Elapsed >= nextFigures)
            {
                output.WriteLine(Figures(board));
                nextFigures = board.Elapsed + FiguresInterval;
            }

            await Task.WhenAny(demo, Task.Delay(PollInterval)).ConfigureAwait(false);
        }

        ShowEvents(board);
    }

    private static string Figures(DemoBoard board)
    {
        var nodes = board.Cluster.Nodes.Select(node => node.Status is { } status
            ? $"n{node.Id} {NodeWords.Role(status.Role)} {status.AppliedIndex}"
            : $"n{node.Id} {NodeWords.Down}");
        return $"{Time(board.Elapsed)}  {board.Throughput.Count,8:N0} operations {board.Throughput.LastRate,7:N0}/s  "
            + $"p99 {board.Latencies.Percentile(0.99).TotalMilliseconds,6:N1} ms   {string.Join("   ", nodes)}";
    }

    private static string Time(TimeSpan at) => $"{at.TotalSeconds,6:N1} s";

    private void ShowEvents(DemoBoard board)
    {
        foreach (var item in board.EventsFrom(_eventsShown))
        {
            output.WriteLine($"{Time(item.At)}  {item.Text}");
            _eventsShown++;
        }
    }
}
