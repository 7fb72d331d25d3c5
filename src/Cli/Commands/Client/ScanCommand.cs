using System.CommandLine;
using System.Text.Json;
using Consensus.Cli.Client;
using Consensus.Cli.Output;

namespace Consensus.Cli.Commands.Client;

/// <summary><c>consensus scan</c>: lists entries by the prefix of their keys.</summary>
internal static class ScanCommand
{
    /// <summary>Creates the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var prefix = new Argument<string>("prefix") { Description = "What the keys begin with; nothing for all.", DefaultValueFactory = _ => "" };
        var after = new Option<string>("--after") { Description = "Only keys that come after this one.", HelpName = "KEY", DefaultValueFactory = _ => "" };
        var limit = CommonOptions.Number("--limit", "How many entries at most.", "N", defaultValue: 100, min: 1, max: 1000);
        var stale = new Option<bool>("--stale") { Description = "Take what the node has applied, which may be old, and ask nobody else." };
        var command = new Command("scan", "Lists keys and values in the order of the keys, separated by tabs.") { prefix, after, limit, stale };
        return ClientOptions.Complete(command, terminal, async (call, cancellationToken) =>
        {
            var arguments = call.Arguments;
            var path = $"v1/kv?prefix={Uri.EscapeDataString(arguments.GetRequiredValue(prefix))}&after={Uri.EscapeDataString(arguments.GetRequiredValue(after))}"
                + $"&limit={arguments.GetRequiredValue(limit)}&consistency={(arguments.GetValue(stale) ? "stale" : "linearizable")}";
            var answer = await call.Client.GetAsync(path, cancellationToken).ConfigureAwait(false);
            return call.Show(answer.OrFail().Json(), (_, document) => Present(call.Report, document));
        });
    }

    private static void Present(Report report, JsonElement document)
    {
        foreach (var entry in document.GetProperty("entries").EnumerateArray())
        {
            report.Terminal.Output.WriteLine($"{Text(entry.GetProperty("key"))}\t{Text(entry.GetProperty("value"))}");
        }

        if (document.GetProperty("has_more").GetBoolean())
        {
            report.Progress("There are more; go on with --after and the last key.");
        }
    }

    private static string Text(JsonElement bytes) =>
        bytes.ValueKind == JsonValueKind.String ? bytes.GetString()! : $"base64:{bytes.GetProperty("base64").GetString()}";
}
