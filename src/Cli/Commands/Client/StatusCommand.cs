using System.CommandLine;
using System.Text.Json;
using Consensus.Cli.Client;
using Consensus.Cli.Output;
using Spectre.Console;

namespace Consensus.Cli.Commands.Client;

/// <summary><c>consensus status</c>: one node, and the cluster as it sees it.</summary>
internal static class StatusCommand
{
    private static readonly string[] Rows = ["node", "algorithm", "epoch", "role", "leader", "term", "commit", "applied", "snapshot", "threat", "accepts_writes", "stalled_seconds", "is_member", "certificate_expires"];

    /// <summary>Creates the command.</summary>
    public static Command Create(Terminal terminal) => ClientOptions.Complete(
        new Command("status", "Shows one node, and the cluster as it sees it."),
        terminal,
        async (call, cancellationToken) =>
        {
            var answer = await call.Client.GetAsync("v1/status", cancellationToken).ConfigureAwait(false);
            return call.Show(answer.OrFail().Json(), Present);
        },
        timeout: 5);

    private static void Present(IAnsiConsole screen, JsonElement status)
    {
        var table = new Table().HideHeaders().AddColumns("", "");
        foreach (var name in Rows)
        {
            table.AddRow(name.Replace('_', ' '), Markup.Escape(Cell.Of(status.GetProperty(name))));
        }

        screen.Write(table);
        MemberCommand.Present(screen, status);
    }
}
