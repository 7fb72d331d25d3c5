using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Consensus.Cli.Cluster;
using Consensus.Cli.Nodes;
using Consensus.Cli.Setup;

namespace Consensus.Cli.Bench;

/// <summary>A cluster whose nodes have processes of their own: clients in this process speak their HTTP API.</summary>
internal sealed class ProcessBenchTarget(BenchOptions options) : IBenchTarget
{
    private static readonly TimeSpan ElectionTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);
    private static readonly MediaTypeHeaderValue ValueType = new("application/octet-stream");

    private readonly TemporaryFolder _folder = new("consensus-bench");
    private readonly HttpClient _client = new(new SocketsHttpHandler { MaxConnectionsPerServer = options.Clients });
    private readonly List<NodeProcess> _nodes = [];
    private Uri[] _asked = [];

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var ports = LoopbackPorts.Find(2, options.Nodes);
        var cluster = ClusterInitializer.Run(new InitOptions
        {
            Directory = _folder.Path,
            Nodes = options.Nodes,
            Algorithm = options.Algorithm,
            BasePort = ports[0],
            HttpPort = ports[1],
            Tls = options.Tls,
        });
        foreach (var node in cluster.Nodes)
        {
            var process = new NodeProcess(node.Config);
            _nodes.Add(process);
            await process.StartAsync(cancellationToken).ConfigureAwait(false);
        }

        var leader = await FindLeaderAsync(new Uri(cluster.Nodes[0].Endpoint), cancellationToken).ConfigureAwait(false);
        _asked = [.. cluster.Nodes.Where(node => options.AnyNode || node.Node == leader).Select(node => new Uri(node.Endpoint))];
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
    public ResourceUse MeasureResources() => ResourceUse.With(_nodes.Select(node => node.Process));

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            node.Dispose();
        }

        _client.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<uint> FindLeaderAsync(Uri endpoint, CancellationToken cancellationToken)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(start) < ElectionTimeout)
        {
            using var answer = await _client.GetAsync(new Uri(endpoint, "/v1/status"), cancellationToken).ConfigureAwait(false);
            if (answer.StatusCode == HttpStatusCode.OK)
            {
                var body = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
                using var status = await JsonDocument.ParseAsync(body, default, cancellationToken).ConfigureAwait(false);
                if (status.RootElement.TryGetProperty("leader", out var leader) && leader.ValueKind == JsonValueKind.Number && leader.GetUInt32() != 0)
                {
                    return leader.GetUInt32();
                }
            }

            await Task.Delay(PollInterval, cancellationToken).ConfigureAwait(false);
        }

        throw new CommandFailedException($"No leader was elected within {ElectionTimeout.TotalSeconds:N0} s.");
    }
}
