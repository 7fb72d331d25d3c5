using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Consensus.Client.Json;
using Consensus.Client.KeyValue;
using Consensus.Client.Sessions;
using Consensus.Cryptography;

namespace Consensus.Cli.Bench;

/// <summary>A cluster whose nodes have processes of their own: clients in this process speak their HTTP API.</summary>
internal sealed class ProcessBenchTarget(BenchOptions options) : IBenchTarget
{
    private static readonly TimeSpan ElectionTimeout = TimeSpan.FromSeconds(10);
    private static readonly MediaTypeHeaderValue ValueType = new("application/octet-stream");

    private readonly ProcessCluster _cluster = new(options.Algorithm, options.Nodes, options.Tls);
    private readonly HttpClient _client = new(new SocketsHttpHandler { MaxConnectionsPerServer = options.Clients });
    private Uri[] _asked = [];
    private BenchSession[] _sessions = [];

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _cluster.StartAsync(cancellationToken).ConfigureAwait(false);
        var leader = await _cluster.WaitForLeaderAsync(ElectionTimeout, cancellationToken).ConfigureAwait(false);
        _asked = options.AnyNode ? [.. _cluster.Endpoints] : [leader.Endpoint];
        if (options.ClientKeys)
        {
            var ed25519 = Ed25519.Load();
            _sessions = [.. Enumerable.Range(0, options.Clients).Select(_ => new BenchSession(_cluster.Id, ed25519))];
            await Task.WhenAll(_sessions.Select(session => OpenAsync(session, leader.Endpoint, cancellationToken))).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<bool> PutAsync(int client, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken)
    {
        var endpoint = _asked[client % _asked.Length];
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(endpoint, $"/v1/kv/{Encoding.UTF8.GetString(key.Span)}")) { Content = new ReadOnlyMemoryContent(value) };
        request.Content.Headers.ContentType = ValueType;
        if (_sessions.Length > 0)
        {
            Sign(request, _sessions[client], key, value);
        }

        using var answer = await _client.SendAsync(request, cancellationToken).ConfigureAwait(false);
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
        foreach (var session in _sessions)
        {
            session.Dispose();
        }

        return _cluster.DisposeAsync();
    }

    private static void Sign(HttpRequestMessage put, BenchSession session, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value)
    {
        var (request, signature) = session.Next(KeyValueWire.Put(key.Span, value.Span)[0]);
        put.Headers.Add("Idempotency-Key", string.Create(CultureInfo.InvariantCulture, $"{request.Client.Value}:{request.Sequence}"));
        put.Headers.Add("Idempotency-Acknowledged-Below", request.Sequence.ToString(CultureInfo.InvariantCulture));
        put.Headers.Add("Consensus-Signature", signature.ToString());
    }

    private async Task OpenAsync(BenchSession session, Uri endpoint, CancellationToken cancellationToken)
    {
        var document = new OpenSessionDocument(Convert.ToHexStringLower(session.PublicKey.Span));
        using var answer = await _client.PostAsJsonAsync(new Uri(endpoint, "/v1/sessions"), document, WireJson.Default.OpenSessionDocument, cancellationToken).ConfigureAwait(false);
        if (!answer.IsSuccessStatusCode)
        {
            throw new CommandFailedException($"No session could be opened for a client: {answer.StatusCode}.");
        }

        var opened = await answer.Content.ReadFromJsonAsync(WireJson.Default.SessionDocument, cancellationToken).ConfigureAwait(false);
        session.Client = new ClientId(opened!.Client);
    }
}
