using System.Text.Json.Nodes;
using Consensus.Cli.Client;
using Consensus.Client.Calls;

namespace Consensus.Cli.Commands.Client;

/// <summary>Sends a command to the workflow machine.</summary>
internal static class WorkflowWrite
{
    /// <summary>Posts a document, once, and reports the answer.</summary>
    /// <returns>The exit code.</returns>
    public static Task<int> SendAsync(ClientCall call, string path, JsonNode body, CancellationToken cancellationToken) =>
        SendAsync(call, HttpMethod.Post, path, body, cancellationToken);

    /// <summary>Sends a document, once, and reports the answer.</summary>
    /// <returns>The exit code.</returns>
    public static Task<int> SendAsync(ClientCall call, HttpMethod method, string path, JsonNode body, CancellationToken cancellationToken) => SendAsync(
        call,
        new ApiCall(method, path) { Body = System.Text.Encoding.UTF8.GetBytes(body.ToJsonString()), ContentType = "application/json" },
        cancellationToken);

    /// <summary>Sends a command, once, and reports the answer.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> SendAsync(ClientCall call, ApiCall write, CancellationToken cancellationToken)
    {
        var document = (await call.Client.WriteAsync(write, cancellationToken).ConfigureAwait(false)).OrFail().Json();
        var revision = document.TryGetProperty("revision", out var number) ? $" The case has revision {number}." : "";
        return call.Show(document, $"Done at index {document.GetProperty("index")}.{revision}");
    }
}
