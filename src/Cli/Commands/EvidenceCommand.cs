using System.CommandLine;
using System.Text.Json;
using Consensus.Cli.Client;
using Consensus.Cli.Commands.Client;
using Consensus.Cli.Evidence;
using Consensus.Cli.Output;
using Consensus.Client;
using Spectre.Console;

namespace Consensus.Cli.Commands;

/// <summary><c>consensus evidence</c>: what proves that a node is faulty.</summary>
internal static class EvidenceCommand
{
    private static readonly string[] Columns = ["digest", "culprit", "about", "epoch", "seen_at", "stored"];

    /// <summary>Creates the command.</summary>
    public static Command Create(Terminal terminal) =>
        new("evidence", "What proves to anybody that a node is faulty.") { List(terminal), Get(terminal), Verify(terminal) };

    private static Command List(Terminal terminal) => ClientOptions.Complete(
        new Command("list", "Lists what one node has found against others. Each node has a list of its own."),
        terminal,
        async (call, cancellationToken) => call.Show(
            (await call.Client.GetAsync(ConsensusClient.EvidencePath, cancellationToken).ConfigureAwait(false)).OrFail().Json(), Present));

    private static Command Get(Terminal terminal)
    {
        var digest = new Argument<string>("digest") { Description = "The digest of the evidence, as 'evidence list' and events show it." };
        var command = new Command("get", "Writes evidence to standard output, as 'evidence verify' reads it.") { digest };
        return ClientOptions.Complete(command, terminal, async (call, cancellationToken) =>
        {
            var path = $"{ConsensusClient.EvidencePath}/{Uri.EscapeDataString(call.Arguments.GetRequiredValue(digest))}";
            var answer = await call.Client.GetAsync(path, cancellationToken).ConfigureAwait(false);

            // One JSON object in either case: a person keeps what a program reads.
            call.Report.Terminal.WriteBytes(answer.OrFail().Body);
            return ExitCode.Done;
        });
    }

    private static Command Verify(Terminal terminal)
    {
        var file = new Argument<string>("file") { Description = "A file with evidence, as a node or its API gives it.", HelpName = "FILE" };
        var configuration = new Option<string>("--config", "-c")
        {
            Description = "The configuration of any node of the cluster, for the members' public keys. They must be those of the epoch in which the evidence was found, or, with a hybrid, of the first one; nothing else in it matters.",
            HelpName = "FILE",
            Required = true,
        };
        var epochs = EpochsOption.Create("With a hybrid: what 'epochs --output' has written, for evidence of later epochs than the first. It is checked: it may be from anybody.");
        var command = new Command("verify", "Checks evidence away from any node. Exit code 0: it proves that the node is faulty; 1: it does not.") { file, configuration, epochs };
        command.Does(terminal, (arguments, report, _) =>
        {
            var result = EvidenceCheck.Run(arguments.GetRequiredValue(file), arguments.GetRequiredValue(configuration), arguments.GetValue(epochs));
            report.Write(result, ToolJson.Default.EvidenceResult, (screen, checkedEvidence) => screen.Profile.Out.Writer.WriteLine(
                checkedEvidence.Valid ? $"Valid. {checkedEvidence.Detail}" : $"Not valid ({checkedEvidence.Reason}). {checkedEvidence.Detail}"));
            return Task.FromResult(result.Valid ? ExitCode.Done : ExitCode.Failed);
        });
        return command;
    }

    private static void Present(IAnsiConsole screen, JsonElement document)
    {
        var table = new Table().AddColumns(Columns);
        foreach (var item in document.GetProperty("items").EnumerateArray())
        {
            table.AddRow([.. Columns.Select(column => Markup.Escape(Cell.Of(item.GetProperty(column))))]);
        }

        screen.Write(table);
    }
}
