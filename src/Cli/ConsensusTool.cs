using System.CommandLine;
using Consensus.Cli.Commands;
using Consensus.Cli.Commands.Client;
using Consensus.Cli.Output;

namespace Consensus.Cli;

/// <summary>The <c>consensus</c> tool: its commands, and how a call ends.</summary>
internal static class ConsensusTool
{
    /// <summary>Runs one call of the tool.</summary>
    /// <param name="arguments">The call.</param>
    /// <param name="terminal">Where it writes.</param>
    /// <param name="cancellationToken">Tells the command to stop. Signals are the process's: see <see cref="Interruption"/>.</param>
    /// <returns>The exit code: see <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Terminal terminal, CancellationToken cancellationToken = default)
    {
        var parsed = CreateRoot(terminal).Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            var report = new Report(terminal, arguments.Contains("--json", StringComparer.Ordinal));
            report.Fail(string.Join(Environment.NewLine, Complaints(parsed).Distinct(StringComparer.Ordinal)));
            terminal.Error.WriteLine($"Try: consensus {Path(parsed.CommandResult.Command)}--help");
            return ExitCode.Usage;
        }

        return await parsed.InvokeAsync(
            new InvocationConfiguration { Output = terminal.Output, Error = terminal.Error, ProcessTerminationTimeout = null },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What is wrong with a call. Where a command is missing or unknown, nothing else is worth a word.</summary>
    private static IEnumerable<string> Complaints(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (command.Subcommands.Count == 0)
        {
            return parsed.Errors.Select(error => error.Message);
        }

        var call = $"consensus {Path(command)}".TrimEnd();
        var allowed = string.Join(", ", command.Subcommands.Select(subcommand => subcommand.Name));
        return [parsed.UnmatchedTokens is [var unknown, ..]
            ? $"'{unknown}' is no command of '{call}'; allowed: {allowed}."
            : $"'{call}' needs a command; allowed: {allowed}."];
    }

    private static RootCommand CreateRoot(Terminal terminal)
    {
        var root = new RootCommand(
            """
            Replicated state machines by consensus: starts clusters, talks to them, shows them and measures them.

            From nothing to a running cluster:
              consensus demo                                  watch three nodes survive the loss of their leader
              consensus init --directory cluster --nodes 3    write node-1.json to node-3.json and what they need
              consensus run --config cluster/node-1.json      run one node; do the same for the others
              consensus put greeting hello                    write, read, and look at it
              consensus get greeting
              consensus status

            Exit codes: 0 done; 1 failed, or a violation was found; 2 wrong usage.
            """)
        {
            CommonOptions.Json,
            DemoCommand.Create(terminal),
            SelectCommand.Create(terminal),
            InitCommand.Create(terminal),
            JoinCommand.Create(terminal),
            CertificateCommand.Create(terminal),
            AuthorityCommand.Create(terminal),
            KeysCommand.Create(terminal),
            EvidenceCommand.Create(terminal),
            ProofCommand.Create(terminal),
            RunCommand.Create(terminal),
            BenchCommand.Create(terminal),
            SimulateCommand.Create(terminal),
            GossipCommand.Create(terminal),
        };
        ClientCommands.AddTo(root, terminal);
        return root;
    }

    private static string Path(Command command) => command is RootCommand
        ? ""
        : $"{string.Concat(command.Parents.OfType<Command>().Select(Path))}{command.Name} ";
}
