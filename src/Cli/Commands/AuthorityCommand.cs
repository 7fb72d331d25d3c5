using System.CommandLine;
using Consensus.Cli.Output;
using Consensus.Cli.Setup;

namespace Consensus.Cli.Commands;

/// <summary><c>consensus authority</c>: exchanges the authority that issues the nodes' certificates.</summary>
internal static class AuthorityCommand
{
    /// <summary>Creates the command.</summary>
    public static Command Create(Terminal terminal) => new("authority", "Exchanges the authority that issues the nodes' certificates, without a stop.")
    {
        Step(
            terminal,
            "rotate",
            "Makes a new authority; authority.crt has the new and the old certificate then.",
            AuthorityRotation.Rotate,
            result => $"""
                {result.Key} is that of a new authority, valid until {result.Trusted[0].ExpiresAt:u}. {result.Certificate} has its certificate and the old one's.
                  1. Bring {Path.GetFileName(result.Certificate)} to every node; no restart is needed.
                  2. Then, for each node: consensus certificate --node N, bring both files to it, and restart one node after the other.
                  3. Then: consensus authority forget-old, bring {Path.GetFileName(result.Certificate)} to every node, and restart one after the other.
                """),
        Step(
            terminal,
            "forget-old",
            "Takes the certificates of former authorities out of authority.crt.",
            AuthorityRotation.ForgetOld,
            result => $"{result.Certificate} has the certificate of one authority, valid until {result.Trusted[0].ExpiresAt:u}. Bring it to every node, and restart one after the other."),
    };

    private static Command Step(Terminal terminal, string name, string description, Func<string, AuthorityResult> take, Func<AuthorityResult, string> tell)
    {
        var directory = new Option<string>("--directory", "-d")
        {
            Description = "The folder in which init has set the cluster up, with authority.crt and authority.key.",
            HelpName = "D",
            Required = true,
        };
        var command = new Command(name, description) { directory };
        command.Does(terminal, (arguments, report, _) =>
        {
            report.Write(take(arguments.GetRequiredValue(directory)), ToolJson.Default.AuthorityResult, (screen, result) => screen.Profile.Out.Writer.WriteLine(tell(result)));
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }
}
