using System.CommandLine;
using Consensus.Cli.Bench;
using Consensus.Cli.Output;
using Spectre.Console;

namespace Consensus.Cli.Commands;

/// <summary><c>consensus bench</c>: how fast a cluster is on this machine.</summary>
internal static class BenchCommand
{
    private const int ClientsMax = 16_384;
    private const int ValueSizeMax = 1024 * 1024;

    /// <summary>Creates the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var algorithm = CommonOptions.Algorithm();
        var nodes = CommonOptions.Nodes(1, 3, 5, 7);
        var clients = CommonOptions.Number("--clients", "How many clients, each with one operation under way.", "C", defaultValue: 256, min: 1, max: ClientsMax);
        var valueSize = CommonOptions.Number("--value-size", "The length of the values that are written, in bytes.", "B", defaultValue: 256, min: 0, max: ValueSizeMax);
        var seconds = CommonOptions.Number("--seconds", "How long is measured, after two seconds of warm-up, or six with --processes.", "S", defaultValue: 10, min: 1, max: 3600);
        var reads = new Option<bool>("--reads") { Description = "Read what was written before, linearizably, and compare each answer, instead of writing." };
        var stale = new Option<bool>("--stale") { Description = "With --reads: read the asked node's state as it is." };
        var lease = new Option<bool>("--lease") { Description = "With --reads: let the leader answer by its lease, which trusts clocks, instead of by a round of heartbeats." };
        var inMemory = new Option<bool>("--in-memory") { Description = "Keep the logs in memory: nothing survives, and no flush costs anything." };
        var processes = new Option<bool>("--processes") { Description = "Give each node a process of its own; clients speak its HTTP API." };
        var tls = new Option<bool>("--tls") { Description = "Let the nodes talk through TLS 1.3, each with a certificate." };
        var anyNode = new Option<bool>("--any-node") { Description = "Ask all nodes in turn, instead of the leader." };
        var command = new Command("bench", "Measures a cluster over loopback TCP: clients write values, each the next one when the last is acknowledged.")
        {
            algorithm,
            nodes,
            clients,
            valueSize,
            seconds,
            reads,
            stale,
            lease,
            inMemory,
            processes,
            tls,
            anyNode,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(inMemory) && result.GetValue(processes))
            {
                result.AddError("--in-memory and --processes exclude each other: a node with a process of its own keeps its log on disk.");
            }
        });
        command.Does(terminal, (arguments, report, cancellationToken) => RunAsync(
            new BenchOptions
            {
                Algorithm = arguments.GetRequiredValue(algorithm),
                Nodes = arguments.GetRequiredValue(nodes),
                Load = !arguments.GetValue(reads) ? BenchLoad.Writes : arguments.GetValue(stale) ? BenchLoad.StaleReads : BenchLoad.Reads,
                Lease = arguments.GetValue(lease),
                Clients = arguments.GetRequiredValue(clients),
                ValueSize = arguments.GetRequiredValue(valueSize),
                Duration = TimeSpan.FromSeconds(arguments.GetRequiredValue(seconds)),
                InMemory = arguments.GetValue(inMemory),
                Processes = arguments.GetValue(processes),
                Tls = arguments.GetValue(tls),
                AnyNode = arguments.GetValue(anyNode),
            },
            report,
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(BenchOptions options, Report report, CancellationToken cancellationToken)
    {
        IBenchTarget target = options.Processes ? new ProcessBenchTarget(options) : new LocalBenchTarget(options);
        await using var ownership = target.ConfigureAwait(false);
        report.Progress($"Starting {options.Nodes} nodes.");
        await target.StartAsync(cancellationToken).ConfigureAwait(false);
        report.Progress($"{options.Clients} clients write values of {options.ValueSize} bytes for {options.Duration.TotalSeconds:N0} s.");
        var measured = await new ClosedLoop(target, options).RunAsync(cancellationToken).ConfigureAwait(false);
        var result = BenchResult.Of(options, measured);
        report.Write(result, ToolJson.Default.BenchResult, Present);
        return result.Operations > 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private static void Present(IAnsiConsole screen, BenchResult result)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(3)).AddColumn();
        grid.AddRow("throughput", $"[bold]{result.ThroughputPerS:N0}[/] operations/s ({result.Operations:N0} in {result.Seconds:N1} s{(result.Failed > 0 ? $", {result.Failed:N0} failed" : "")})");
        grid.AddRow("latency", $"p50 {result.LatencyMs.P50:N2}   p90 {result.LatencyMs.P90:N2}   p99 {result.LatencyMs.P99:N2}   max {result.LatencyMs.Max:N1} ms");
        grid.AddRow("processor", $"{result.CpuSPer10kOps:N3} s for 10,000 operations, nodes and clients together");
        if (result.AllocatedBytesPerOp is { } bytes)
        {
            grid.AddRow("allocated", $"{bytes:N0} bytes for one operation, nodes and clients together");
        }

        screen.Write(grid);
    }
}
