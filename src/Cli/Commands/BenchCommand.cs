using System.CommandLine;
using System.CommandLine.Parsing;
using Consensus.Cli.Bench;
using Consensus.Cli.Output;

namespace Consensus.Cli.Commands;

/// <summary><c>consensus bench</c>: how fast a cluster is on this machine, and how fast it is back after a crash.</summary>
internal static class BenchCommand
{
    private const int ClientsMax = 16_384;
    private const int ValueSizeMax = 1024 * 1024;
    private const int RoundsMax = 1_000;

    private static readonly TimeSpan SwitchIntervalMin = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan SwitchIntervalMax = TimeSpan.FromHours(1);

    /// <summary>Creates the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var algorithm = CommonOptions.Algorithm();
        var nodes = CommonOptions.Nodes(algorithm, known => known.BenchSizes);
        var clients = CommonOptions.Number("--clients", "How many clients, each with one operation under way.", "C", defaultValue: 256, min: 1, max: ClientsMax);
        var valueSize = CommonOptions.Number("--value-size", "The length of the values that are written, in bytes.", "B", defaultValue: 256, min: 0, max: ValueSizeMax);
        var seconds = CommonOptions.Number("--seconds", "How long is measured, after six seconds of warm-up. Memory is looked at from 30 on.", "S", defaultValue: 10, min: 1, max: 3600);
        var reads = new Option<bool>("--reads") { Description = "Read what was written before, linearizably, instead of writing, and compare each answer." };
        var stale = new Option<bool>("--stale") { Description = "With --reads: read the asked node's state as it is." };
        var lease = new Option<bool>("--lease") { Description = "With --reads: let the leader answer by its lease, which trusts clocks, instead of by a round of heartbeats." };
        var twoChain = new Option<bool>("--two-chain") { Description = "Let HotStuff commit a block when two in consecutive views are certified, one round earlier than with three." };
        var inMemory = new Option<bool>("--in-memory") { Description = "Keep the logs in memory: nothing survives, and no flush costs anything." };
        var processes = new Option<bool>("--processes") { Description = "Give each node a process of its own; clients speak its HTTP API." };
        var tls = new Option<bool>("--tls") { Description = "Let the nodes talk through TLS 1.3, each with a certificate." };
        var anyNode = new Option<bool>("--any-node") { Description = "Ask all nodes in turn, instead of the leader." };
        var clientKeys = new Option<bool>("--client-keys") { Description = "Give each client a session with a key of its own, and let it sign each write; each node checks each signature." };
        var recovery = new Option<bool>("--recovery") { Description = "Kill the leader's process under a client that writes, and measure until the next write is acknowledged; restart it; again and again." };
        var rounds = CommonOptions.Number("--rounds", "With --recovery: how often.", "R", defaultValue: 10, min: 1, max: RoundsMax);
        var switchEvery = new Option<TimeSpan?>("--switch-every")
        {
            Description = "With the algorithm hybrid: change the engine again and again, by order and because a member lies, and measure how long no write is acknowledged then. Each node has a process of its own, but for the one that lies.",
            HelpName = "TIME",
            CustomParser = result =>
            {
                if (DurationText.TryParse(result.Tokens[0].Value, out var interval) && interval >= SwitchIntervalMin && interval <= SwitchIntervalMax)
                {
                    return interval;
                }

                result.AddError($"--switch-every is '{result.Tokens[0].Value}'; allowed: a time from 100ms to 1h, such as 2s.");
                return null;
            },
        };
        var command = new Command("bench", "Measures a cluster over loopback TCP: clients write values, or read them, each the next one when the last is acknowledged.")
        {
            algorithm,
            nodes,
            clients,
            valueSize,
            seconds,
            reads,
            stale,
            lease,
            twoChain,
            inMemory,
            processes,
            tls,
            anyNode,
            clientKeys,
            recovery,
            rounds,
            switchEvery,
        };
        command.Validators.Add(result =>
        {
            Exclude(result, inMemory, processes, "a node with a process of its own keeps its log on disk");
            Exclude(result, stale, lease, "a stale read asks no leader");
            Exclude(result, lease, processes, "the nodes' own configuration decides there, and the one that is written for them says nothing of leases");
            Exclude(result, twoChain, processes, "the nodes' own configuration decides there, and the one that is written for them says nothing of rules");
            Require(result, stale, reads);
            Require(result, lease, reads);
            Require(result, rounds, recovery);
            RequireAlgorithm(result, lease, algorithm, Algorithms.Raft);
            RequireAlgorithm(result, twoChain, algorithm, Algorithms.HotStuff);
            RequireAlgorithm(result, switchEvery, algorithm, Algorithms.Hybrid);
            foreach (var other in new Option[] { reads, twoChain, inMemory, processes, anyNode, clientKeys, recovery })
            {
                Exclude(result, switchEvery, other, "changes of the engine are measured with clients that write to processes, through any node");
            }

            foreach (var other in new Option[] { clients, valueSize, seconds, reads, twoChain, inMemory, processes, anyNode, clientKeys })
            {
                Exclude(result, recovery, other, "a recovery is measured with one client, that writes values of 256 bytes to processes, for as long as it takes");
            }
        });
        command.Does(terminal, (arguments, report, cancellationToken) => arguments.GetValue(switchEvery) is { } interval
            ? RunAsync(
                new SwitchOptions
                {
                    Nodes = CommonOptions.NodesOf(arguments, nodes, algorithm),
                    Clients = arguments.GetRequiredValue(clients),
                    ValueSize = arguments.GetRequiredValue(valueSize),
                    Duration = TimeSpan.FromSeconds(arguments.GetRequiredValue(seconds)),
                    Interval = interval,
                    Tls = arguments.GetValue(tls),
                },
                report,
                cancellationToken)
            : arguments.GetValue(recovery)
            ? RunAsync(
                new RecoveryOptions
                {
                    Algorithm = arguments.GetRequiredValue(algorithm),
                    Nodes = CommonOptions.NodesOf(arguments, nodes, algorithm),
                    Rounds = arguments.GetRequiredValue(rounds),
                    Tls = arguments.GetValue(tls),
                },
                report,
                cancellationToken)
            : RunAsync(
                new BenchOptions
                {
                    Algorithm = arguments.GetRequiredValue(algorithm),
                    Nodes = CommonOptions.NodesOf(arguments, nodes, algorithm),
                    Load = !arguments.GetValue(reads) ? BenchLoad.Writes : arguments.GetValue(stale) ? BenchLoad.StaleReads : BenchLoad.Reads,
                    Lease = arguments.GetValue(lease),
                    TwoChain = arguments.GetValue(twoChain),
                    Clients = arguments.GetRequiredValue(clients),
                    ValueSize = arguments.GetRequiredValue(valueSize),
                    Duration = TimeSpan.FromSeconds(arguments.GetRequiredValue(seconds)),
                    InMemory = arguments.GetValue(inMemory),
                    Processes = arguments.GetValue(processes),
                    Tls = arguments.GetValue(tls),
                    AnyNode = arguments.GetValue(anyNode),
                    ClientKeys = arguments.GetValue(clientKeys),
                },
                report,
                cancellationToken));
        return command;
    }

    private static bool IsGiven(CommandResult result, Option option) => result.GetResult(option) is { Implicit: false };

    private static void Exclude(CommandResult result, Option one, Option other, string reason)
    {
        if (IsGiven(result, one) && IsGiven(result, other))
        {
            result.AddError($"{one.Name} and {other.Name} exclude each other: {reason}.");
        }
    }

    private static void Require(CommandResult result, Option option, Option needed)
    {
        if (IsGiven(result, option) && !IsGiven(result, needed))
        {
            result.AddError($"{option.Name} says something about {needed.Name}, which is not there.");
        }
    }

    private static void RequireAlgorithm(CommandResult result, Option option, Option<string> algorithm, string owner)
    {
        // What is left out is not filled in yet.
        var chosen = result.GetValue(algorithm) ?? Algorithms.Raft;
        if (IsGiven(result, option) && chosen != owner)
        {
            result.AddError($"{option.Name} belongs to the algorithm {owner}; {chosen} has none.");
        }
    }

    private static async Task<int> RunAsync(BenchOptions options, Report report, CancellationToken cancellationToken)
    {
        IBenchTarget target = options.Processes ? new ProcessBenchTarget(options) : new LocalBenchTarget(options);
        await using var ownership = target.ConfigureAwait(false);
        report.Progress($"Starting {options.Nodes} nodes.");
        await target.StartAsync(cancellationToken).ConfigureAwait(false);
        report.Progress($"{options.Clients} clients {(options.Load == BenchLoad.Writes ? "write" : "read")} values of {options.ValueSize} bytes for {options.Duration.TotalSeconds:N0} s.");
        var measured = await new ClosedLoop(target, options).RunAsync(cancellationToken).ConfigureAwait(false);
        var result = BenchResult.Of(options, measured);
        report.Write(result, ToolJson.Default.BenchResult, BenchScreen.Show);
        return result is { Operations: > 0, Wrong: 0 } ? ExitCode.Done : ExitCode.Failed;
    }

    private static async Task<int> RunAsync(RecoveryOptions options, Report report, CancellationToken cancellationToken)
    {
        report.Progress($"Starting {options.Nodes} nodes.");
        var result = await new RecoveryBench(options, report.Progress).RunAsync(cancellationToken).ConfigureAwait(false);
        report.Write(result, ToolJson.Default.RecoveryResult, BenchScreen.Show);
        return result.Lost == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private static async Task<int> RunAsync(SwitchOptions options, Report report, CancellationToken cancellationToken)
    {
        report.Progress($"Starting {options.Nodes} nodes.");
        var result = await new SwitchBench(options, report.Progress).RunAsync(cancellationToken).ConfigureAwait(false);
        report.Write(result, ToolJson.Default.SwitchResult, BenchScreen.Show);
        return result is { Acknowledged: > 0, Lost: 0, Duplicated: 0 } ? ExitCode.Done : ExitCode.Failed;
    }
}
