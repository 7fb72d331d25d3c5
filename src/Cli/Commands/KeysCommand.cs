using System.CommandLine;
using Consensus.Cli.Output;
using Consensus.Cli.Setup;

namespace Consensus.Cli.Commands;

/// <summary><c>consensus keys</c>: the keys with which nodes sign in the protocol.</summary>
internal static class KeysCommand
{
    /// <summary>Creates the command.</summary>
    public static Command Create(Terminal terminal) => new("keys", "The keys with which nodes sign in the protocol. The secret half is never printed.")
    {
        Generate(terminal),
        Show(terminal),
    };

    private static Command Generate(Terminal terminal)
    {
        var file = new Option<string>("--out", "-o") { Description = "The file to write, which only its owner can read. Overwrites nothing.", HelpName = "FILE", Required = true };
        var command = new Command("generate", "Makes a signing key, and prints its public half.") { file };
        command.Does(terminal, (arguments, report, _) => Tell(SigningKeys.Generate(arguments.GetRequiredValue(file)), report));
        return command;
    }

    private static Command Show(Terminal terminal)
    {
        var file = new Argument<string>("file") { Description = "A file with a signing key, as generate and init write it.", HelpName = "FILE" };
        var command = new Command("show", "Prints the public half of a signing key, as Members:N:PublicKey takes it.") { file };
        command.Does(terminal, (arguments, report, _) => Tell(SigningKeys.Show(arguments.GetRequiredValue(file)), report));
        return command;
    }

    private static Task<int> Tell(SigningKeyResult result, Report report)
    {
        report.Write(result, ToolJson.Default.SigningKeyResult, (screen, key) => screen.Profile.Out.Writer.WriteLine(key.PublicKey));
        return Task.FromResult(ExitCode.Done);
    }
}
