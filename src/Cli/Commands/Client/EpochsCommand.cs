using System.CommandLine;
using System.Text.Json;
using Consensus.Cli.Client;
using Consensus.Cli.Output;
using Consensus.Client;
using Spectre.Console;

namespace Consensus.Cli.Commands.Client;

/// <summary><c>consensus epochs</c>: the epochs of a hybrid, with what began each.</summary>
internal static class EpochsCommand
{
    /// <summary>Creates the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var output = new Option<string?>("--output", "-o")
        {
            Description = "Write what began the epochs to a file, which 'proof verify' and 'evidence verify' check with --epochs. An existing file is replaced.",
            HelpName = "FILE",
        };
        var command = new Command("epochs", "Shows the epochs of a hybrid: which engine ran in each, who belonged to it, where it began, and what began it.") { output };
        return ClientOptions.Complete(command, terminal, async (call, cancellationToken) =>
        {
            var answer = (await call.Client.GetAsync(ConsensusClient.EpochsPath, cancellationToken).ConfigureAwait(false)).OrFail();
            if (call.Arguments.GetValue(output) is { } path)
            {
                await WriteAsync(Path.GetFullPath(path), answer.Body, cancellationToken).ConfigureAwait(false);
            }

            return call.Show(answer.Json(), Present);
        });
    }

    private static async Task WriteAsync(string path, byte[] text, CancellationToken cancellationToken)
    {
        try
        {
            await File.WriteAllBytesAsync(path, text, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--output is '{path}', which cannot be written: {exception.Message}");
        }
    }

    private static void Present(IAnsiConsole screen, JsonElement document)
    {
        var table = new Table().AddColumns("epoch", "protocol", "members", "f", "quorum", "starts behind", "begun by", "changed");
        JsonElement? before = null;
        foreach (var epoch in document.GetProperty("epochs").EnumerateArray())
        {
            string[] cells =
            [
                Cell.Of(epoch.GetProperty("epoch")),
                Cell.Of(epoch.GetProperty("protocol")),
                string.Join(", ", epoch.GetProperty("members").EnumerateArray().Select(static member => Cell.Of(member.GetProperty("id")))),
                Cell.Of(epoch.GetProperty("faults_max")),
                Cell.Of(epoch.GetProperty("quorum")),
                Cell.Of(epoch.GetProperty("start")),
                Cell.Of(epoch.GetProperty("begun_by")),
                before is { } earlier ? string.Join('\n', ChangesSince(earlier, epoch)) : "",
            ];
            table.AddRow([.. cells.Select(Markup.Escape)]);
            before = epoch;
        }

        screen.Write(table);
    }

    /// <summary>What was ordered for an epoch besides its protocol and members: settings and rules that are not as in the one before, and whose word ends it, if that has changed.</summary>
    internal static IEnumerable<string> ChangesSince(JsonElement before, JsonElement epoch)
    {
        foreach (var of in (string[])["settings", "rules"])
        {
            var (earlier, now) = (before.GetProperty(of), epoch.GetProperty(of));
            foreach (var value in now.EnumerateObject().Where(value => !earlier.TryGetProperty(value.Name, out var old) || !JsonElement.DeepEquals(old, value.Value)))
            {
                yield return $"{value.Name} {Cell.Of(value.Value)}";
            }

            foreach (var gone in earlier.EnumerateObject().Where(gone => !now.TryGetProperty(gone.Name, out _)))
            {
                yield return $"{gone.Name} as configured";
            }
        }

        if (!JsonElement.DeepEquals(before.GetProperty("operator_keys"), epoch.GetProperty("operator_keys")))
        {
            yield return $"operators {string.Join(", ", epoch.GetProperty("operator_keys").EnumerateArray().Select(static key => Cell.Of(key)[..8]))}";
        }
    }
}
