using System.CommandLine;
using System.Text.Json;
using Consensus.Cli.Client;
using Consensus.Cli.Output;
using Consensus.Client;
using Spectre.Console;

namespace Consensus.Cli.Commands.Client;

/// <summary><c>consensus peers</c>: what one node knows of the others, and how it reaches them.</summary>
internal static class PeersCommand
{
    /// <summary>Creates the command.</summary>
    public static Command Create(Terminal terminal) => ClientOptions.Complete(
        new Command("peers", "Shows how one node reaches the others: where it looks for each, whether they are connected, and what failed last."),
        terminal,
        async (call, cancellationToken) => call.Show(
            (await call.Client.GetAsync(ConsensusClient.PeersPath, cancellationToken).ConfigureAwait(false)).OrFail().Json(), Present),
        timeout: 5);

    private static void Present(IAnsiConsole screen, JsonElement document)
    {
        screen.WriteLine($"Node {document.GetProperty("node")}");
        var table = new Table().AddColumns("peer", "address", "found by", "sends to", "hears from", "last heard", "failures");
        foreach (var peer in document.GetProperty("peers").EnumerateArray())
        {
            string[] cells =
            [
                Cell.Of(peer.GetProperty("id")),
                Cell.Of(peer.GetProperty("address")),
                Cell.Of(peer.GetProperty("source")).Replace('_', ' '),
                Describe(peer.GetProperty("outgoing")),
                Describe(peer.GetProperty("incoming")),
                Cell.Of(peer.GetProperty("last_heard")),
                Cell.Of(peer.GetProperty("connect_failures")),
            ];
            table.AddRow([.. cells.Select(Markup.Escape)]);
        }

        screen.Write(table);
        foreach (var peer in document.GetProperty("peers").EnumerateArray())
        {
            // Of a peer that is reached now it is history, which --json has.
            if (peer.GetProperty("last_failure") is { ValueKind: JsonValueKind.Object } failure && !peer.GetProperty("outgoing").GetProperty("connected").GetBoolean())
            {
                screen.WriteLine($"Node {peer.GetProperty("id")}, {failure.GetProperty("at")}: {failure.GetProperty("reason")}");
            }
        }
    }

    private static string Describe(JsonElement connection) =>
        $"{(connection.GetProperty("connected").GetBoolean() ? "" : "not ")}connected since {connection.GetProperty("since")}"
        + (connection.GetProperty("end_point").GetString() is { } endPoint ? $", {endPoint}" : "");
}
