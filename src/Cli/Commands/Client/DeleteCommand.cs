using System.CommandLine;
using Consensus.Cli.Client;
using Consensus.Cli.Output;
using Consensus.Client.Calls;
using Consensus.Client.KeyValue;

namespace Consensus.Cli.Commands.Client;

/// <summary><c>consensus delete</c>: removes a key's value.</summary>
internal static class DeleteCommand
{
    /// <summary>Creates the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var key = new Argument<string>("key") { Description = "The key." };
        var command = new Command("delete", "Removes a key's value; it is no failure if there is none.") { key };
        return ClientOptions.Complete(
            command,
            terminal,
            async (call, cancellationToken) =>
            {
                var name = call.Arguments.GetRequiredValue(key);
                var delete = new ApiCall(HttpMethod.Delete, KeyArgument.ToPath(name)) { Commands = () => KeyValueWire.Delete(KeyArgument.ToBytes(name)) };
                var answer = await call.Client.WriteAsync(delete, cancellationToken).ConfigureAwait(false);
                var document = answer.OrFail().Json();
                var line = document.GetProperty("existed").GetBoolean() ? "Removed" : "There was no value; done";
                return call.Show(document, $"{line} at index {answer.Index}.");
            },
            writes: true,
            signs: true);
    }
}
