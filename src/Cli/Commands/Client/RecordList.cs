using System.CommandLine;
using System.Text.Json;
using Consensus.Cli.Client;
using Consensus.Cli.Output;
using Spectre.Console;

namespace Consensus.Cli.Commands.Client;

/// <summary>The <c>list</c> command of cases, policies and overlays.</summary>
internal static class RecordList
{
    /// <summary>Creates the command.</summary>
    /// <param name="terminal">Where it writes.</param>
    /// <param name="path">The path of the list.</param>
    /// <param name="description">What it does.</param>
    /// <param name="columns">The members that people see.</param>
    public static Command Create(Terminal terminal, string path, string description, IReadOnlyList<string> columns)
    {
        var prefix = new Argument<string>("prefix") { Description = "What the names begin with; nothing for all.", DefaultValueFactory = _ => "" };
        var after = new Option<string>("--after") { Description = "Only names that come after this one.", HelpName = "NAME", DefaultValueFactory = _ => "" };
        var limit = CommonOptions.Number("--limit", "How many at most.", "N", defaultValue: 100, min: 1, max: 1000);
        var command = new Command("list", description) { prefix, after, limit };
        return ClientOptions.Complete(command, terminal, async (call, cancellationToken) =>
        {
            var query = $"?prefix={Uri.EscapeDataString(call.Arguments.GetRequiredValue(prefix))}&after={Uri.EscapeDataString(call.Arguments.GetRequiredValue(after))}&limit={call.Arguments.GetRequiredValue(limit)}";
            var answer = await call.Client.GetAsync(path + query, cancellationToken).ConfigureAwait(false);
            return call.Show(answer.OrFail().Json(), (screen, document) => Present(screen, document, columns));
        });
    }

    private static void Present(IAnsiConsole screen, JsonElement document, IReadOnlyList<string> columns)
    {
        var table = new Table().AddColumns([.. columns]);
        foreach (var item in document.GetProperty("items").EnumerateArray())
        {
            table.AddRow([.. columns.Select(column => Markup.Escape(Cell.Of(item.GetProperty(column))))]);
        }

        screen.Write(table);
        if (document.GetProperty("has_more").GetBoolean())
        {
            screen.WriteLine("There are more; go on with --after and the last name.");
        }
    }
}
