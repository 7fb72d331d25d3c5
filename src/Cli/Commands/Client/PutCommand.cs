using System.CommandLine;
using Consensus.Cli.Client;
using Consensus.Cli.Output;
using Consensus.Client.Calls;
using Consensus.Client.KeyValue;

namespace Consensus.Cli.Commands.Client;

/// <summary><c>consensus put</c>: sets a key's value.</summary>
internal static class PutCommand
{
    /// <summary>Creates the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var key = new Argument<string>("key") { Description = "The key, 1 to 1,024 bytes as UTF-8." };
        var value = new Argument<string?>("value") { Description = "The value.", Arity = ArgumentArity.ZeroOrOne };
        var file = new Option<string?>("--file", "-f") { Description = "Read the value from a file; - is standard input.", HelpName = "PATH" };
        var command = new Command("put", "Sets a key's value.") { key, value, file };
        return ClientOptions.Complete(
            command,
            terminal,
            async (call, cancellationToken) =>
            {
                var bytes = await ValueSource.ReadAsync(call.Arguments.GetValue(value), call.Arguments.GetValue(file), cancellationToken).ConfigureAwait(false);
                var name = call.Arguments.GetRequiredValue(key);
                var put = new ApiCall(HttpMethod.Put, KeyArgument.ToPath(name)) { Body = bytes, Commands = () => KeyValueWire.Put(KeyArgument.ToBytes(name), bytes.Span) };
                var answer = await call.Client.WriteAsync(put, cancellationToken).ConfigureAwait(false);
                return call.Show(answer.OrFail().Json(), $"Done at index {answer.Index}.");
            },
            writes: true,
            signs: true);
    }
}
