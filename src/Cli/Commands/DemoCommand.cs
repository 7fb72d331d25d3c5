using System.CommandLine;
using Consensus.Cli.Cluster;
using Consensus.Cli.Demo;
using Consensus.Cli.Demo.Load;
using Consensus.Cli.Demo.Swarm;
using Consensus.Cli.Demo.View;
using Consensus.Cli.Output;
using Consensus.Simulation;

namespace Consensus.Cli.Commands;

/// <summary><c>consensus demo</c>: a cluster that loses its leader while clients work, and what became of their operations.</summary>
internal static class DemoCommand
{
    /// <summary>Creates the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var algorithm = CommonOptions.Algorithm([.. Algorithms.Names, SwarmDemoOptions.Algorithm]);
        var nodes = Nodes(algorithm);
        var seconds = CommonOptions.Number("--seconds", "How long clients work.", "S", defaultValue: 15, min: 5, max: 3600);
        var command = new Command(
            "demo",
            """
            Starts real nodes over loopback TCP with durable logs in a temporary folder, lets clients create cases and move them, kills leaders and
            followers and restarts them, and then looks for every acknowledged operation on every node. With the hybrid one node lies, too: the
            others go to an engine that survives that, and back when it is quiet and an operator says so. With gossip there is no log: the swarm is
            cut in two, the smaller part changes nothing, and when it is whole again all have what was written on either side.
            """)
        {
            algorithm,
            nodes,
            seconds,
        };
        command.Does(terminal, (arguments, report, cancellationToken) => arguments.GetRequiredValue(algorithm) == SwarmDemoOptions.Algorithm
            ? RunSwarmAsync(new SwarmDemoOptions(arguments.GetValue(nodes) ?? SwarmDemoOptions.NodesDefault, TimeSpan.FromSeconds(arguments.GetRequiredValue(seconds))), report, cancellationToken)
            : RunAsync(
            new DemoOptions
            {
                Algorithm = arguments.GetRequiredValue(algorithm),
                Nodes = CommonOptions.NodesOf(arguments, nodes, algorithm),
                Duration = TimeSpan.FromSeconds(arguments.GetRequiredValue(seconds)),
            },
            report,
            cancellationToken));
        return command;
    }

    private static Option<int?> Nodes(Option<string> algorithm)
    {
        var known = CommonOptions.Nodes(algorithm, each => each.DemoSizes);
        return new Option<int?>(known.Name, [.. known.Aliases])
        {
            Description = $"{known.Description!.TrimEnd('.')}; with {SwarmDemoOptions.Algorithm} {SwarmDemoOptions.NodesMin} to {SwarmDemoOptions.NodesMax}, and {SwarmDemoOptions.NodesDefault} unless it is said.",
            HelpName = known.HelpName,
            CustomParser = result => result.GetValue(algorithm) == SwarmDemoOptions.Algorithm ? NumberInput.Read(result, known.Name, SwarmDemoOptions.NodesMin, SwarmDemoOptions.NodesMax) : known.CustomParser!(result),
        };
    }

    private static async Task<int> RunSwarmAsync(SwarmDemoOptions options, Report report, CancellationToken cancellationToken)
    {
        var demo = new SwarmDemo(options, report.IsJson ? report.Terminal.Error : report.Terminal.Output, TimeProvider.System);
        var result = await demo.RunAsync(cancellationToken).ConfigureAwait(false);
        report.Write(result, ToolJson.Default.SwarmDemoResult, SwarmDemoSummary.Present);
        return result.IsClean ? ExitCode.Done : ExitCode.Failed;
    }

    private static async Task<int> RunAsync(DemoOptions options, Report report, CancellationToken cancellationToken)
    {
        using var folder = new TemporaryFolder("consensus-demo");
        var algorithm = Algorithms.Of(options.Algorithm);
        var plan = new ThreatPlan(options.Duration);
        var lies = new HybridLies();
        var cluster = new LocalCluster(new LocalClusterOptions
        {
            Algorithm = algorithm,
            Nodes = options.Nodes,
            CreateMachine = CaseDesk.CreateMachine,
            Directory = folder.Path,
            Threat = plan.Threat,
            Escalation = plan.Escalation,
            Lies = lies,
        });
        await using var ownership = cluster.ConfigureAwait(false);
        var board = new DemoBoard(options, cluster, TimeProvider.System);
        IDemoView view = report switch
        {
            { IsJson: true } => new PlainDemoView(report.Terminal.Error),
            { Terminal.IsInteractive: true } => new LiveDemoView(report.Terminal.Screen),
            _ => new PlainDemoView(report.Terminal.Output),
        };
        var demo = Task.Run(() => new DemoRun(board, algorithm.HasOperator ? new ThreatScenario(board, plan, cluster.Nodes[^1].Id, lies) : null).RunAsync(cancellationToken), CancellationToken.None);
        await view.ShowAsync(board, demo).ConfigureAwait(false);
        var result = await demo.ConfigureAwait(false);
        report.Write(result, ToolJson.Default.DemoResult, DemoSummary.Present);
        return result.IsClean ? ExitCode.Done : ExitCode.Failed;
    }
}
