using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Consensus.Cli.Output;
using Consensus.Cli.Simulate;
using Consensus.Simulation;
using Spectre.Console;

namespace Consensus.Cli.Commands;

/// <summary><c>consensus simulate</c>: groups of replicas in virtual time under faults drawn from seeds, and whether anything was violated.</summary>
internal static class SimulateCommand
{
    private const int RunsMax = 10_000_000;
    private const int ViolationsShown = 10;

    /// <summary>Creates the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var algorithm = CommonOptions.Algorithm([.. SimulatedProtocol.All.Select(protocol => protocol.Name)]);
        var nodes = CommonOptions.Number("--nodes", $"How many members groups have at the beginning, 1 to {Simulator.NodesMax}.", "N", defaultValue: 5, min: 1, max: Simulator.NodesMax);
        nodes.Aliases.Add("-n");
        var seed = new Option<ulong>("--seed")
        {
            Description = "The first seed. The same seed and settings give the same run, to the byte, on every machine.",
            HelpName = "S",
            DefaultValueFactory = _ => 1,
            CustomParser = result => NumberInput.Read(result, "--seed", ulong.MinValue, ulong.MaxValue),
        };
        var runs = CommonOptions.Number("--runs", "How many consecutive seeds.", "R", defaultValue: 1, min: 1, max: RunsMax);
        var duration = Duration();
        var faults = Faults();
        var isUnsafe = new Option<bool>("--unsafe") { Description = "Let faults destroy more than the engine promises to survive." };
        var leases = new Option<bool>("--leases") { Description = "Let leaders answer reads from their leases, without asking the others, while clocks drift as far as the engine was told to expect." };
        var jobs = CommonOptions.Number("--jobs", "How many processes share the seeds.", "J", Environment.ProcessorCount, min: 1, max: 256);
        jobs.Aliases.Add("-j");
        var history = new Option<string>("--history") { Description = "Write what clients did and saw, in JSON lines as Jepsen's checkers read them; with several runs FILE-SEED for each.", HelpName = "FILE" };
        var trace = new Option<string>("--trace") { Description = "Write a line for everything that happens, for reading; with several runs FILE-SEED for each.", HelpName = "FILE" };
        var shrink = new Option<bool>("--shrink") { Description = "Make the first failed run smaller, and print it as a test for NUnit." };
        var share = Share();
        var command = new Command("simulate", "Runs groups of replicas in virtual time, under faults drawn from seeds, and checks everything that must hold.")
        {
            algorithm, nodes, seed, runs, duration, faults, leases, isUnsafe, jobs, history, trace, shrink, share,
        };
        command.Does(terminal, (arguments, report, cancellationToken) =>
        {
            var group = arguments.GetRequiredValue(nodes);
            var protocol = ProtocolOf(arguments.GetRequiredValue(algorithm), group);
            if (arguments.GetValue(leases) && protocol != SimulatedProtocol.Raft)
            {
                throw new UsageException($"--leases belongs to {SimulatedProtocol.Raft}; {protocol} has none.");
            }

            var chosen = FaultChoice.Of(arguments.GetRequiredValue(faults), protocol.Survives);
            RequireSurvived(chosen.Named, protocol);
            if (!arguments.GetValue(isUnsafe))
            {
                RequirePossible(chosen.Named, group);
            }

            var options = new SimulateOptions
            {
                Protocol = protocol,
                Nodes = group,
                Seed = arguments.GetRequiredValue(seed),
                Runs = arguments.GetRequiredValue(runs),
                Duration = arguments.GetRequiredValue(duration),
                Faults = arguments.GetValue(isUnsafe) ? chosen.Kinds : chosen.Kinds.For(group),
                IsUnsafe = arguments.GetValue(isUnsafe),
                HasLeases = arguments.GetValue(leases),
                Jobs = Math.Min(arguments.GetRequiredValue(jobs), arguments.GetRequiredValue(runs)),
                History = arguments.GetValue(history),
                Trace = arguments.GetValue(trace),
                Shrink = arguments.GetValue(shrink),
            };
            return arguments.GetValue(share) is { } part
                ? Task.FromResult(RunShare(options, part, terminal, cancellationToken))
                : RunAsync(options, report, cancellationToken);
        });
        return command;
    }

    private static SimulatedProtocol ProtocolOf(string algorithm, int group)
    {
        var protocol = SimulatedProtocol.All.First(protocol => protocol.Name == algorithm);
        return group >= protocol.NodesMin
            ? protocol
            : throw new UsageException($"--nodes is {group}; a group of {protocol} has {protocol.NodesMin} members at least.");
    }

    private static void RequireSurvived(IReadOnlyList<FaultKind> named, SimulatedProtocol protocol)
    {
        var fatal = named.Where(kind => !protocol.Survives.Contains(kind)).ToArray();
        if (fatal.Length > 0)
        {
            throw new UsageException($"{protocol} does not survive, or take part in, {string.Join(", ", fatal.AsEnumerable())}. Allowed with it: {string.Join(", ", protocol.Survives.Kinds)}.");
        }
    }

    private static void RequirePossible(IReadOnlyList<FaultKind> named, int group)
    {
        var impossible = named.Where(kind => kind.NodesMin > group).ToArray();
        if (impossible.Length > 0)
        {
            throw new UsageException(
                $"A group of {group} cannot have, or does not survive, {string.Join(", ", impossible.Select(kind => $"{kind} (from {kind.NodesMin} nodes on)"))}. Allowed with --nodes {group}: {string.Join(", ", FaultSet.All.For(group).Kinds)}; or --unsafe.");
        }
    }

    /// <summary>One process's part: a line for each seed.</summary>
    private static int RunShare(SimulateOptions options, SeedShare part, Terminal terminal, CancellationToken cancellationToken)
    {
        foreach (var seed in part.Of(options.Seeds))
        {
            cancellationToken.ThrowIfCancellationRequested();
            terminal.Output.WriteLine(JsonSerializer.Serialize(SeedRunner.Run(options, seed), ToolJson.Default.SeedResult));
            terminal.Output.Flush();
        }

        return ExitCode.Done;
    }

    private static async Task<int> RunAsync(SimulateOptions options, Report report, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        var seeds = new List<SeedResult>();
        using (var progress = new SimulateProgress(options.Runs, report))
        {
            if (options.Jobs == 1)
            {
                foreach (var seed in options.Seeds)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    seeds.Add(SeedRunner.Run(options, seed));
                    progress.Add(seeds[^1]);
                }
            }
            else
            {
                await foreach (var result in SeedProcesses.RunAsync(options, cancellationToken).ConfigureAwait(false))
                {
                    seeds.Add(result);
                    progress.Add(result);
                }
            }
        }

        var summary = SimulateResult.Of(options, seeds, watch.Elapsed);
        if (options.Shrink && summary.Violations is [var first, ..])
        {
            summary = summary with { Shrunk = Shrink(options, first, report) };
        }

        report.Write(summary, ToolJson.Default.SimulateResult, Present);
        return summary.Violations.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private static string Shrink(SimulateOptions options, ViolationReport violation, Report report)
    {
        report.Progress($"Shrinking the run of seed {violation.Seed}.");
        var simulator = options.ToSimulator();
        var shrunk = simulator.Shrink(simulator.Run(violation.Seed), attempt => report.Progress(
            $"  {attempt.Attempts}: {attempt.Report.Nodes} nodes, {attempt.Report.Duration.TotalSeconds:0.0} s, {attempt.Report.Faults}: {(attempt.Report.Violations is [var seen, ..] ? seen.Checker : "passes")}"));
        return shrunk.TestCase;
    }

    private static void Present(IAnsiConsole screen, SimulateResult result)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(3)).AddColumn();
        grid.AddRow("runs", $"{result.Runs:N0} of {result.Nodes} nodes from seed {result.Seed} on, {result.VirtualSeconds:N0} s of virtual time in {result.WallSeconds:N1} s");
        grid.AddRow("operations", $"{result.Operations:N0} begun, {result.Committed:N0} committed; {result.Messages:N0} messages");
        if (result.Switches > 0)
        {
            grid.AddRow("switches", $"{result.Switches:N0}, {result.SwitchesMin:N0} or more in each run");
        }

        grid.AddRow("faults", Markup.Escape(result.Faults.Count == 0 ? "none" : string.Join("  ", result.Faults.Select(fault => $"{fault.Key} {fault.Value:N0}"))));
        grid.AddRow("digest", result.Digest);
        grid.AddRow("violations", result.Violations.Count == 0 ? "[green]none[/]" : $"[red]{result.Violations.Count:N0}[/]");
        screen.Write(grid);
        foreach (var violation in result.Violations.Take(ViolationsShown))
        {
            screen.WriteLine();
            screen.MarkupLineInterpolated($"[red]{violation.Checker}[/] in seed {violation.Seed} at {violation.At:0.000000} s");
            screen.WriteLine(violation.Description);
            screen.WriteLine($"  again: {violation.Replay}");
        }

        if (result.Shrunk is { } test)
        {
            screen.WriteLine();
            screen.WriteLine(test);
        }
    }

    private static Option<TimeSpan> Duration() => new("--duration")
    {
        Description = "How long faults and load last, in virtual time, for example 60s or 5m; healing and checking come after it.",
        HelpName = "TIME",
        DefaultValueFactory = _ => TimeSpan.FromSeconds(60),
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (!DurationText.TryParse(text, out var duration) || duration <= TimeSpan.Zero || duration > Simulator.DurationMax)
            {
                result.AddError($"--duration is '{text}'; allowed: more than 0 up to {DurationText.Format(Simulator.DurationMax)}, as a number and a unit, for example 500ms, 60s or 5m.");
            }

            return duration;
        },
    };

    private static Option<string> Faults() => new("--faults")
    {
        Description = $"Which faults there may be: all, none, or names with commas between them; -NAME leaves one out. Names: {string.Join(", ", FaultKind.All)}; for algorithms whose replicas may lie also {string.Join(", ", FaultKind.Byzantine.Concat(FaultKind.Scripted))}.",
        HelpName = "LIST",
        DefaultValueFactory = _ => "all",
        CustomParser = result =>
        {
            try
            {
                // What the list means depends on the algorithm; whether it is one does not.
                return FaultSet.Parse(result.Tokens[0].Value) is { } ? result.Tokens[0].Value : "";
            }
            catch (FormatException exception)
            {
                result.AddError($"--faults: {exception.Message}");
                return "";
            }
        },
    };

    private static Option<SeedShare> Share() => new("--share")
    {
        Hidden = true,
        CustomParser = result =>
        {
            if (!SeedShare.TryParse(result.Tokens[0].Value, out var share))
            {
                result.AddError($"--share is '{result.Tokens[0].Value}'; allowed: PART/PARTS, the part counted from 0.");
            }

            return share;
        },
    };
}
