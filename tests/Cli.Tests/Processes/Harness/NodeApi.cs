using System.Text.Json;
using Consensus.Cli.Client;

namespace Consensus.Cli.Tests.Processes.Harness;

/// <summary>One node's HTTP API. Nothing is repeated and no other node asked: a test sees what this node said, or that it said nothing.</summary>
internal sealed class NodeApi : IDisposable
{
    private static readonly JsonSerializerOptions Names = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Longer than a node waits for a command, so that its own answer comes first.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience };
    private readonly Uri _endpoint;

    public NodeApi(Uri endpoint) => _endpoint = endpoint;

    /// <summary>Writes a value.</summary>
    /// <returns>The answer, or <see langword="null"/> if there was none.</returns>
    public Task<ApiAnswer?> PutAsync(string key, ReadOnlyMemory<byte> value) => SendAsync(new ApiCall(HttpMethod.Put, $"v1/kv/{key}") { Body = value });

    /// <inheritdoc cref="PutAsync(string, ReadOnlyMemory{byte})"/>
    public Task<ApiAnswer?> PutAsync(string key, string value) => PutAsync(key, System.Text.Encoding.UTF8.GetBytes(value));

    /// <summary>Reads the newest value, or the one that this very node has applied.</summary>
    /// <returns>The answer, or <see langword="null"/> if there was none.</returns>
    public Task<ApiAnswer?> GetAsync(string key, bool isStale = false) =>
        SendAsync(new ApiCall(HttpMethod.Get, $"v1/kv/{key}?consistency={(isStale ? "stale" : "linearizable")}"));

    /// <summary>The node's status, or <see langword="null"/> if it does not answer.</summary>
    public async Task<NodeStatus?> StatusAsync() =>
        await SendAsync(new ApiCall(HttpMethod.Get, "v1/status")) is { Problem: null } answer ? answer.Json().Deserialize<NodeStatus>(Names) : null;

    /// <summary>Posts a JSON document.</summary>
    /// <returns>The answer, or <see langword="null"/> if there was none.</returns>
    public Task<ApiAnswer?> PostAsync(string path, object document) =>
        SendAsync(new ApiCall(HttpMethod.Post, path) { Body = JsonSerializer.SerializeToUtf8Bytes(document), ContentType = "application/json" });

    /// <summary>Removes a member.</summary>
    /// <returns>The answer, or <see langword="null"/> if there was none.</returns>
    public Task<ApiAnswer?> RemoveMemberAsync(uint node) => SendAsync(new ApiCall(HttpMethod.Delete, $"v1/members/{node}"));

    public void Dispose() => _http.Dispose();

    private async Task<ApiAnswer?> SendAsync(ApiCall call)
    {
        try
        {
            using var request = call.ToRequest(_endpoint);
            using var response = await _http.SendAsync(request);
            return await ApiAnswer.ReadAsync(response, CancellationToken.None);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            // Down, paused or cut off; what a test makes of it is its own affair.
            return null;
        }
    }
}
