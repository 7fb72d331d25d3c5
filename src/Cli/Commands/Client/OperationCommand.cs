using System.CommandLine;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Consensus.Cli.Client;
using Consensus.Cli.Output;
using Consensus.Client.Calls;

namespace Consensus.Cli.Commands.Client;

/// <summary><c>consensus operation</c>: runs a custom operation that the nodes' application has registered.</summary>
internal static class OperationCommand
{
    /// <summary>Creates the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var name = new Argument<string>("name") { Description = "The operation." };
        var payload = new Argument<string?>("payload") { Description = "What it is given.", Arity = ArgumentArity.ZeroOrOne };
        var file = new Option<string?>("--file", "-f") { Description = "Read that from a file; - is standard input.", HelpName = "PATH" };
        var command = new Command("operation", "Runs a custom operation that the nodes' application has registered.") { name, payload, file };
        return ClientOptions.Complete(command, terminal, async (call, cancellationToken) =>
        {
            var (text, path) = (call.Arguments.GetValue(payload), call.Arguments.GetValue(file));
            var bytes = text is null && path is null ? default : await ValueSource.ReadAsync(text, path, cancellationToken).ConfigureAwait(false);
            var body = new JsonObject { ["payload"] = ToJson(bytes.ToArray()) }.ToJsonString();
            var write = new ApiCall(HttpMethod.Post, $"v1/operations/{Uri.EscapeDataString(call.Arguments.GetRequiredValue(name))}")
            {
                Body = System.Text.Encoding.UTF8.GetBytes(body),
                ContentType = "application/json",
            };
            var document = (await call.Client.WriteAsync(write, cancellationToken).ConfigureAwait(false)).OrFail().Json();
            return call.Show(document, $"Done at index {document.GetProperty("index")}. {Cell.Of(document.GetProperty("result"))}".TrimEnd());
        }, writes: true);
    }

    private static JsonNode ToJson(byte[] bytes) => Utf8.IsValid(bytes)
        ? JsonValue.Create(System.Text.Encoding.UTF8.GetString(bytes))
        : new JsonObject { ["base64"] = Convert.ToBase64String(bytes) };
}
