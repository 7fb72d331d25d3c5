using System.CommandLine;
using System.Text.Json;
using Consensus.Cli.Client;
using Consensus.Cli.Output;
using Spectre.Console;

namespace Consensus.Cli.Commands.Client;

/// <summary><c>consensus status</c>: one node, and the cluster as it sees it.</summary>
internal static class StatusCommand
{
    private static readonly string[] Rows = ["node", "algorithm", "protocol", "epoch", "epoch_id", "cluster", "role", "leader", "term", "commit", "applied", "certified", "snapshot", "threat", "accepts_writes", "stalled_seconds", "is_member", "certificate_expires"];

    private static readonly string[] OfThreats = ["node", "own_level", "signature_failures", "agreed_level", "reporters", "evidence"];

    /// <summary>Nothing to be said of where one engine runs for ever.</summary>
    private static readonly string[] OfHybrids = ["protocol", "epoch_id", "cluster"];

    private static readonly string[] OfEpochs = ["epoch_settings", "epoch_rules"];

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

    /// <summary>So much of a hash that a person can compare it. Programs get all of it.</summary>
    private static string Short(JsonElement hash) => $"{hash.GetString()![..16]}…";

    private static bool IsTold(string name, JsonElement status) => name == "certified"
        ? status.GetProperty("guarantees").EnumerateArray().Any(guarantee => guarantee.ValueEquals("certifying"))
        : !OfHybrids.Contains(name) || status.GetProperty(name).ValueKind != JsonValueKind.Null;

    private static void Present(IAnsiConsole screen, JsonElement status)
    {
        var table = new Table().HideHeaders().AddColumns("", "");
        foreach (var name in Rows.Where(name => IsTold(name, status)))
        {
            table.AddRow(name.Replace('_', ' '), Markup.Escape(name == "epoch_id" ? Short(status.GetProperty(name)) : Cell.Of(status.GetProperty(name))));
        }

        PresentOrdered(table, status);
        screen.Write(table);
        MemberCommand.Present(screen, status);
        PresentThreats(screen, status.GetProperty("threats"));
    }

    /// <summary>What a hybrid's epoch has besides an engine: settings only where an operator has ordered some, for all others are the nodes' own.</summary>
    private static void PresentOrdered(Table table, JsonElement status)
    {
        foreach (var name in OfEpochs)
        {
            if (status.TryGetProperty(name, out var all) && all.ValueKind == JsonValueKind.Object && all.EnumerateObject().Any())
            {
                table.AddRow(name.Replace('_', ' '), Markup.Escape(string.Join('\n', all.EnumerateObject().Select(one => $"{one.Name}={one.Value.GetString()}"))));
            }
        }

        if (status.TryGetProperty("operator_keys", out var keys) && keys.ValueKind == JsonValueKind.Array)
        {
            table.AddRow("operator keys", Markup.Escape(string.Join('\n', keys.EnumerateArray().Select(Short))));
        }
    }

    private static void PresentThreats(IAnsiConsole screen, JsonElement threats)
    {
        if (threats.GetArrayLength() == 0)
        {
            return;
        }

        var table = new Table().AddColumns([.. OfThreats.Select(name => name == "node" ? "suspected" : name.Replace('_', ' '))]);
        foreach (var threat in threats.EnumerateArray())
        {
            table.AddRow([.. OfThreats.Select(name => Markup.Escape(Cell.Of(threat.GetProperty(name))))]);
        }

        screen.Write(table);
    }
}
