using System.CommandLine;
using System.Text.Json;
using System.Text.Unicode;
using Consensus.Cli.Client;
using Consensus.Cli.Output;

namespace Consensus.Cli.Commands.Client;

/// <summary><c>consensus get</c>: writes a key's value to standard output, byte for byte.</summary>
internal static class GetCommand
{
    /// <summary>Creates the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var key = new Argument<string>("key") { Description = "The key." };
        var stale = new Option<bool>("--stale") { Description = "Take what the node has applied, which may be old, and ask nobody else." };
        var command = new Command("get", "Writes a key's value to standard output as it is. A key without a value: exit code 1.") { key, stale };
        return ClientOptions.Complete(command, terminal, async (call, cancellationToken) =>
        {
            var name = call.Arguments.GetRequiredValue(key);
            var path = KeyArgument.ToPath(name, query: call.Arguments.GetValue(stale) ? "consistency=stale" : "");
            var answer = await call.Client.GetAsync(path, cancellationToken).ConfigureAwait(false);
            if (answer.Problem is { Code: "not-found" })
            {
                throw new CommandFailedException($"The key '{name}' has no value.");
            }

            var value = answer.OrFail().Body;
            if (call.Report.IsJson)
            {
                call.Report.Write(ToJson(name, value, answer.Index), ClientJson.Default.ValueReport, (_, _) => { });
            }
            else
            {
                call.Report.Terminal.WriteBytes(value);
            }

            return ExitCode.Done;
        });
    }

    private static ValueReport ToJson(string key, byte[] value, ulong? index) => Utf8.IsValid(value)
        ? new ValueReport(key, JsonSerializer.SerializeToElement(System.Text.Encoding.UTF8.GetString(value), ClientJson.Default.String), index)
        : new ValueReport(key, JsonSerializer.SerializeToElement(new Dictionary<string, byte[]>(StringComparer.Ordinal) { ["base64"] = value }, ClientJson.Default.DictionaryStringByteArray), index);
}
