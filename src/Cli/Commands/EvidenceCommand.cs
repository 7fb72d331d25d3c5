using System.CommandLine;
using Consensus.Cli.Evidence;
using Consensus.Cli.Output;

namespace Consensus.Cli.Commands;

/// <summary><c>consensus evidence</c>: what proves that a node is faulty.</summary>
internal static class EvidenceCommand
{
    /// <summary>Creates the command.</summary>
    public static Command Create(Terminal terminal) => new("evidence", "What proves to anybody that a node is faulty.") { Verify(terminal) };

    private static Command Verify(Terminal terminal)
    {
        var file = new Argument<string>("file") { Description = "A file with evidence, as a node or its API gives it.", HelpName = "FILE" };
        var configuration = new Option<string>("--config", "-c")
        {
            Description = "The configuration of any node of the cluster, for the members' public keys. They must be those of the epoch in which the evidence was found; nothing else in it matters.",
            HelpName = "FILE",
            Required = true,
        };
        var command = new Command("verify", "Checks evidence away from any node. Exit code 0: it proves that the node is faulty; 1: it does not.") { file, configuration };
        command.Does(terminal, (arguments, report, _) =>
        {
            var result = EvidenceCheck.Run(arguments.GetRequiredValue(file), arguments.GetRequiredValue(configuration));
            report.Write(result, ToolJson.Default.EvidenceResult, (screen, checkedEvidence) => screen.Profile.Out.Writer.WriteLine(
                checkedEvidence.Valid ? $"Valid. {checkedEvidence.Detail}" : $"Not valid ({checkedEvidence.Reason}). {checkedEvidence.Detail}"));
            return Task.FromResult(result.Valid ? ExitCode.Done : ExitCode.Failed);
        });
        return command;
    }
}
