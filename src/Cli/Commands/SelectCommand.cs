using System.CommandLine;
using Consensus.Cli.Output;
using Consensus.Cli.Selection;
using Consensus.Hybrid.Selection;

namespace Consensus.Cli.Commands;

/// <summary><c>consensus select</c>: which engine fits.</summary>
internal static class SelectCommand
{
    private static readonly TimeSpan LatencyMax = TimeSpan.FromHours(1);

    /// <summary>Creates the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var swarmSize = new Option<int>("--swarm-size", "-n")
        {
            Description = "How many members vote.",
            HelpName = "N",
            Required = true,
            CustomParser = result => NumberInput.Read(result, "--swarm-size", min: 1, max: int.MaxValue),
        };
        var latency = Latency();
        var byzantine = new Option<bool>("--byzantine") { Description = "Members may lie, or may have been broken into. Otherwise they stop at worst." };
        var configuration = new Option<string?>("--config", "-c") { Description = "The configuration of a node, for the thresholds in its section Selection; nothing else in it matters. Otherwise those by default.", HelpName = "FILE" };
        var command = new Command("select", "Says which engine fits, why, and what would change that; a node with the algorithm Auto chooses the same. Exit code 0: one fits; 1: none does.") { swarmSize, latency, byzantine, configuration };
        command.Does(terminal, (arguments, report, _) =>
        {
            var thresholds = arguments.GetValue(configuration) is { } file ? ConfiguredThresholds.Read(Path.GetFullPath(file)) : new SelectionThresholds();
            var requirements = new SelectionRequirements(arguments.GetRequiredValue(swarmSize), arguments.GetValue(latency), arguments.GetValue(byzantine));
            var result = SelectResult.Of(EngineSelector.Select(requirements, thresholds));
            report.Write(result, ToolJson.Default.SelectResult, (screen, selected) => screen.Profile.Out.Writer.WriteLine(
                selected is { Engine: { } engine, Available: false } ? $"{selected.Explanation} This tool cannot run {engine}." : selected.Explanation));
            return Task.FromResult(result.Engine is null ? ExitCode.Failed : ExitCode.Done);
        });
        return command;
    }

    private static Option<TimeSpan?> Latency() => new("--latency")
    {
        Description = "How long a decision may take, for example 50ms. Left out: that does not matter.",
        HelpName = "TIME",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (!DurationText.TryParse(text, out var duration) || duration <= TimeSpan.Zero || duration > LatencyMax)
            {
                result.AddError($"--latency is '{text}'; allowed: more than 0 up to {DurationText.Format(LatencyMax)}, as a number and a unit, for example 50ms or 2s.");
            }

            return duration;
        },
    };
}
