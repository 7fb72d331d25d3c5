using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Consensus.Cli.Bench;

/// <summary>A cluster whose nodes have processes of their own: clients in this process speak their HTTP API.</summary>
internal sealed class ProcessBenchTarget(BenchOptions options) : IBenchTarget
{
    private static readonly TimeSpan ElectionTimeout = TimeSpan.FromSeconds(10);
    private static readonly MediaTypeHeaderValue ValueType = new("application/octet-stream");

    private readonly ProcessCluster _cluster = new(options.Algorithm, options.Nodes, options.Tls);
    private readonly HttpClient _client = new(new SocketsHttpHandler { MaxConnectionsPerServer = options.Clients });
    private Uri[] _asked = [];

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _cluster.StartAsync(cancellationToken).ConfigureAwait(false);
        var leader = await _cluster.WaitForLeaderAsync(ElectionTimeout, cancellationToken).ConfigureAwait(false);
        _asked = options.AnyNode ? [.. _cluster.Endpoints] : [leader.Endpoint];
    }

    /// <inheritdoc/>
    public async ValueTask<bool> PutAsync(int client, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken)
    {
        var endpoint = _asked[client % _asked.Length];
        using var content = new ReadOnlyMemoryContent(value);
        content.Headers.ContentType = ValueType;
        using var answer = await _client
            .PutAsync(new Uri(endpoint, $"/v1/kv/{Encoding.UTF8.GetString(key.Span)}"), content, cancellationToken)
            .ConfigureAwait(false);
        return answer.IsSuccessStatusCode;
    }

    /// <inheritdoc/>
    public async ValueTask<BenchAnswer> GetAsync(int client, ReadOnlyMemory<byte> key, ReadConsistency consistency, CancellationToken cancellationToken)
    {
        var endpoint = _asked[client % _asked.Length];
        var question = consistency == ReadConsistency.Stale ? "?consistency=stale" : "";
        using var answer = await _client
            .GetAsync(new Uri(endpoint, $"/v1/kv/{Encoding.UTF8.GetString(key.Span)}{question}"), cancellationToken)
            .ConfigureAwait(false);
        return answer.StatusCode switch
        {
            HttpStatusCode.OK => new BenchAnswer(IsAnswered: true, IsFound: true, await answer.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false)),
            HttpStatusCode.NotFound => new BenchAnswer(IsAnswered: true, IsFound: false, default),
            _ => default,
        };
    }

    /// <inheritdoc/>
    public ResourceUse MeasureResources() => ResourceUse.With(_cluster.Processes);

    /// <inheritdoc/>
    public MemoryUse MeasureMemory() => MemoryUse.Of(_cluster.Processes);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return _cluster.DisposeAsync();
    }
}
