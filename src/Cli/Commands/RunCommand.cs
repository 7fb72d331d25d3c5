using System.CommandLine;
using Consensus.Cli.Nodes;
using Consensus.Cli.Output;

namespace Consensus.Cli.Commands;

/// <summary><c>consensus run</c>: one node of a cluster, until it is told to stop.</summary>
internal static class RunCommand
{
    /// <summary>Creates the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var config = new Option<string>("--config", "-c")
        {
            Description = "The node's configuration file, as init writes it. A relative data folder is looked for beside it.",
            HelpName = "FILE",
            Required = true,
        };
        var command = new Command("run", "Runs one node until Ctrl+C or SIGTERM; a leader hands over before it stops.") { config };
        command.Does(terminal, async (arguments, report, cancellationToken) =>
        {
            var node = NodeHost.Create(arguments.GetRequiredValue(config), report);
            await using var ownership = node.ConfigureAwait(false);
            await node.RunAsync(cancellationToken).ConfigureAwait(false);
            return ExitCode.Done;
        });
        return command;
    }
}
