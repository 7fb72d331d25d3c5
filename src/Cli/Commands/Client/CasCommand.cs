using System.CommandLine;
using System.Text.Json;
using Consensus.Cli.Client;
using Consensus.Cli.Output;
using Consensus.Client.Calls;
using Consensus.Client.Json;
using Consensus.Client.KeyValue;

namespace Consensus.Cli.Commands.Client;

/// <summary><c>consensus cas</c>: replaces a key's value if it is the expected one.</summary>
internal static class CasCommand
{
    /// <summary>Creates the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var key = new Argument<string>("key") { Description = "The key." };
        var expected = new Option<string?>("--expect") { Description = "The value that the key must have.", HelpName = "VALUE" };
        var absent = new Option<bool>("--expect-none") { Description = "The key must have no value." };
        var replacement = new Option<string?>("--set") { Description = "The value that it gets.", HelpName = "VALUE" };
        var remove = new Option<bool>("--remove") { Description = "Remove the value." };
        var command = new Command("cas", "Replaces a key's value if it is the expected one; if not: exit code 1, and nothing is changed.")
        {
            key, expected, absent, replacement, remove,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(expected) is not null == result.GetValue(absent))
            {
                result.AddError("Give either --expect VALUE or --expect-none.");
            }

            if (result.GetValue(replacement) is not null == result.GetValue(remove))
            {
                result.AddError("Give either --set VALUE or --remove.");
            }
        });
        return ClientOptions.Complete(
            command,
            terminal,
            async (call, cancellationToken) =>
            {
                var document = new SwapDocument(BlobOf(call.Arguments.GetValue(expected)), BlobOf(call.Arguments.GetValue(replacement)));
                var body = JsonSerializer.SerializeToUtf8Bytes(document, WireJson.Default.SwapDocument);
                var name = call.Arguments.GetRequiredValue(key);
                var swap = new ApiCall(HttpMethod.Post, KeyArgument.ToPath(name, suffix: "/cas"))
                {
                    Body = body,
                    ContentType = ApiCall.Json,
                    Commands = () => KeyValueWire.CompareAndSwap(KeyArgument.ToBytes(name), document.Expected?.Bytes, document.Replacement?.Bytes),
                };
                var answer = await call.Client.WriteAsync(swap, cancellationToken).ConfigureAwait(false);
                return call.Show(answer.OrFail().Json(), $"Done at index {answer.Index}.");
            },
            writes: true,
            signs: true);
    }

    private static Blob? BlobOf(string? text) => text is null ? null : new Blob(System.Text.Encoding.UTF8.GetBytes(text));
}
