using Spectre.Console;

namespace Consensus.Cli.Bench;

/// <summary>Shows to a person what was measured.</summary>
internal static class BenchScreen
{
    private const double Mebibyte = 1024 * 1024;

    /// <summary>Shows a closed loop's figures.</summary>
    public static void Show(IAnsiConsole screen, BenchResult result)
    {
        var grid = Rows();
        grid.AddRow("throughput", $"[bold]{result.ThroughputPerS:N0}[/] {result.Load.Replace('_', ' ')}/s ({result.Operations:N0} in {result.Seconds:N1} s{(result.Failed > 0 ? $", {result.Failed:N0} failed" : "")})");
        if (result.Wrong > 0)
        {
            grid.AddRow("[red]wrong[/]", $"[red]{result.Wrong:N0} reads were answered with something else than what had been written[/]");
        }

        grid.AddRow("latency", $"p50 {result.LatencyMs.P50:N2}   p90 {result.LatencyMs.P90:N2}   p99 {result.LatencyMs.P99:N2}   max {result.LatencyMs.Max:N1} ms");
        grid.AddRow("processor", $"{result.CpuSPer10kOps:N3} s for 10,000 operations, nodes and clients together");
        if (result.AllocatedBytesPerOp is { } bytes)
        {
            grid.AddRow("allocated", $"{bytes:N0} bytes for one operation, nodes and clients together");
        }

        if (result.Memory is { } memory)
        {
            grid.AddRow("memory", Describe(memory.WorkingSetBytes));
            if (memory.ManagedHeapBytes is { } heap)
            {
                grid.AddRow("managed heap", $"{Describe(heap)}, after collections");
            }
        }

        screen.Write(grid);
    }

    /// <summary>Shows how fast a cluster is back.</summary>
    public static void Show(IAnsiConsole screen, RecoveryResult result)
    {
        var grid = Rows();
        grid.AddRow("next write", $"[bold]{result.RecoveryMs.Median:N0}[/] ms after the kill in the median of {result.Rounds} ({result.RecoveryMs.Min:N0} to {result.RecoveryMs.Max:N0})");
        grid.AddRow("caught up", $"{result.CatchUpMs.Median:N0} ms after the restart ({result.CatchUpMs.Min:N0} to {result.CatchUpMs.Max:N0})");
        grid.AddRow("writes", $"{result.Acknowledged:N0} acknowledged, {result.Failed:N0} failed, {(result.Lost == 0 ? "none lost" : $"[red]{result.Lost:N0} lost[/]")}");
        screen.Write(grid);
    }

    /// <summary>Shows what callers see of changes between engines.</summary>
    public static void Show(IAnsiConsole screen, SwitchResult result)
    {
        var grid = Rows();
        grid.AddRow("ordered", Describe(result.Orderly));
        grid.AddRow("forced", Describe(result.Forced));
        grid.AddRow("throughput", $"{result.ThroughputPerS:N0} writes/s, changes included ({result.Seconds:N1} s)");
        grid.AddRow("latency", $"p50 {result.LatencyMs.P50:N2}   p90 {result.LatencyMs.P90:N2}   p99 {result.LatencyMs.P99:N2}   max {result.LatencyMs.Max:N1} ms");
        grid.AddRow("writes", $"{result.Acknowledged:N0} acknowledged, {result.Failed:N0} failed, {(result.Lost == 0 ? "none lost" : $"[red]{result.Lost:N0} lost[/]")}, {(result.Duplicated == 0 ? "none done twice" : $"[red]{result.Duplicated:N0} done twice[/]")}");
        screen.Write(grid);
    }

    private static string Describe(PauseSummary pauses) => pauses.PauseMs is { } pause
        ? $"[bold]{pause.P50:N0}[/] ms without an acknowledged write in the median of {pauses.Switches} changes ({pause.Min:N0} to {pause.Max:N0})"
        : "no such change fits into the measurement";

    private static Grid Rows() => new Grid().AddColumn(new GridColumn().NoWrap().PadRight(3)).AddColumn();

    private static string Describe(MemoryTrend trend) =>
        $"{trend.Min / Mebibyte:N1} to {trend.Max / Mebibyte:N1} MiB; last third {trend.Growth:+0.0 %;-0.0 %;0.0 %} against the first";
}
