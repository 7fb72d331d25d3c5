using System.CommandLine;
using Consensus.Cli.Client;
using Consensus.Cli.Commands.Client;
using Consensus.Cli.Evidence;
using Consensus.Cli.Output;
using Consensus.Cli.Proofs;

namespace Consensus.Cli.Commands;

/// <summary><c>consensus proof</c>: what proves that a command is committed.</summary>
internal static class ProofCommand
{
    /// <summary>Creates the command.</summary>
    public static Command Create(Terminal terminal) =>
        new("proof", "What proves to anybody that a command is committed.") { Get(terminal), Verify(terminal) };

    private static Command Get(Terminal terminal)
    {
        var index = new Argument<ulong>("index") { Description = "The entry of the log, as a write answers it." };
        var command = new Command("get", "Writes the proof of an entry to standard output, as 'proof verify' reads it.") { index };
        return ClientOptions.Complete(command, terminal, async (call, cancellationToken) =>
        {
            var answer = await call.Client.GetAsync($"v1/proofs/{call.Arguments.GetRequiredValue(index)}", cancellationToken).ConfigureAwait(false);

            // One JSON object in either case: a person keeps what a program reads.
            call.Report.Terminal.WriteBytes(answer.OrFail().Body);
            return ExitCode.Done;
        });
    }

    private static Command Verify(Terminal terminal)
    {
        var file = new Argument<string>("file") { Description = "A file with a proof, as a node or its API gives it.", HelpName = "FILE" };
        var configuration = new Option<string>("--config", "-c")
        {
            Description = "The configuration of any node of the cluster, for the members' public keys and HotStuff's rules. They must be those of the epoch of the proof, or, with a hybrid, of the first one; nothing else in it matters.",
            HelpName = "FILE",
            Required = true,
        };
        var epochs = EpochsOption.Create("With a hybrid: what 'epochs --output' has written, in place of what the proof itself says of the epochs. It is checked: it may be from anybody.");
        var command = new Command("verify", "Checks a proof away from any node. Exit code 0: the command is committed; 1: the file does not prove it.") { file, configuration, epochs };
        command.Does(terminal, (arguments, report, _) =>
        {
            var result = ProofCheck.Run(arguments.GetRequiredValue(file), arguments.GetRequiredValue(configuration), arguments.GetValue(epochs));
            report.Write(result, ToolJson.Default.ProofCheckResult, (screen, proof) => screen.Profile.Out.Writer.WriteLine(
                proof.Valid ? $"Valid. {proof.Detail}" : $"Not valid ({proof.Reason}). {proof.Detail}"));
            return Task.FromResult(result.Valid ? ExitCode.Done : ExitCode.Failed);
        });
        return command;
    }
}
