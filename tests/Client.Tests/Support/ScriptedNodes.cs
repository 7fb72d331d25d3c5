using System.Net;
using System.Net.Http.Headers;

namespace Consensus.Client.Tests.Support;

/// <summary>Nodes <c>a</c>, <c>b</c>, … that answer as the test says, and at once.</summary>
internal sealed class ScriptedNodes : HttpMessageHandler
{
    private readonly Dictionary<string, Func<Seen, CancellationToken, Task<HttpResponseMessage>>> _scripts = new(StringComparer.Ordinal);
    private readonly List<Seen> _seen = [];
    private ulong _sessions = 11;
    private bool _refusesSessions;

    public ScriptedNodes(params ReadOnlySpan<string> nodes)
    {
        foreach (var node in nodes)
        {
            On(node, _ => Wrote(1));
        }
    }

    /// <summary>What all nodes saw but the opening of sessions.</summary>
    public IReadOnlyList<Seen> Seen
    {
        get
        {
            lock (_seen)
            {
                return _seen.FindAll(request => request.What != "POST /v1/sessions");
            }
        }
    }

    public int SessionsOpened => Openers.Count;

    /// <summary>Which nodes were asked for a session, in turn.</summary>
    public IReadOnlyList<string> Openers
    {
        get
        {
            lock (_seen)
            {
                return [.. _seen.Where(request => request.What == "POST /v1/sessions").Select(request => request.Node)];
            }
        }
    }

    public ManualTime Time { get; } = new();

    public ConsensusClient CreateClient(Action<ConsensusClientOptions>? configure = null)
    {
        var options = new ConsensusClientOptions { PreferLeader = false };
        foreach (var node in _scripts.Keys)
        {
            options.Endpoints.Add(new Uri($"http://{node}:8101"));
        }

        configure?.Invoke(options);
        return new ConsensusClient(options, this, Time);
    }

    public void On(string node, Func<Seen, CancellationToken, Task<HttpResponseMessage>> answer) => _scripts[node] = answer;

    public void On(string node, Func<Seen, HttpResponseMessage> answer) => On(node, (request, _) => Task.FromResult(answer(request)));

    /// <summary>The node gives these answers in turn, and the last one from then on.</summary>
    public void On(string node, params Func<Seen, HttpResponseMessage>[] answers)
    {
        var next = 0;
        On(node, request => answers[Math.Min(next++, answers.Length - 1)](request));
    }

    /// <summary>Sessions are opened as the nodes' scripts say, not always.</summary>
    public void RefuseSessions() => _refusesSessions = true;

    public static HttpResponseMessage Document(string text, int status = 200) =>
        new((HttpStatusCode)status) { Content = new StringContent(text, MediaTypeHeaderValue.Parse("application/json")) };

    public static HttpResponseMessage Wrote(ulong index) => Document($$"""{"index":{{index}},"existed":false,"version":{{index}}}""");

    public static HttpResponseMessage StatusOf(uint node, uint? leader) => Document(StatusText(node, leader));

    /// <summary>A status, with a member that only a newer node has.</summary>
    public static string StatusText(uint node, uint? leader) =>
        $$"""
        {"node":{{node}},"algorithm":"raft","epoch":1,"role":"follower","leader":{{leader?.ToString() ?? "null"}},"term":3,"commit":4,"applied":4,"last":4,"snapshot":0,
        """
        + """
        "threat":"none","accepts_writes":true,"guarantees":["durable","of_tomorrow"],"members":[],"outgoing":[],"newer":true}
        """;

    public static HttpResponseMessage Problem(string code, int status = 503, bool mayHaveTakenEffect = false, int? retryAfter = null, string more = "")
    {
        var answer = Document(
            $$"""{"type":"urn:consensus:problem:{{code}}","detail":"Because of {{code}}.","code":"{{code}}","may_have_taken_effect":{{(mayHaveTakenEffect ? "true" : "false")}}{{more}}}""",
            status);
        answer.Headers.RetryAfter = retryAfter is { } seconds ? new RetryConditionHeaderValue(TimeSpan.FromSeconds(seconds)) : null;
        return answer;
    }

    /// <summary>The session is not open. A replica never says more of a command that a client has numbered itself.</summary>
    public static HttpResponseMessage SessionExpired() => Problem("session-expired", 410, mayHaveTakenEffect: true);

    /// <summary>There is no connection, so nothing was sent.</summary>
    public static HttpResponseMessage Unreachable(Seen request) =>
        throw new HttpRequestException(HttpRequestError.ConnectionError, $"Connection refused by {request.Node}");

    /// <summary>The connection breaks after the request was sent.</summary>
    public static HttpResponseMessage Broken(Seen request) =>
        throw new HttpRequestException(HttpRequestError.ResponseEnded, $"The response of {request.Node} ended");

    /// <summary>No answer ever.</summary>
    public static Task<HttpResponseMessage> Silence(Seen request, CancellationToken cancellationToken)
    {
        var never = new TaskCompletionSource<HttpResponseMessage>();
        cancellationToken.Register(() => never.TrySetCanceled(cancellationToken));
        return never.Task;
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var seen = new Seen(
            request.RequestUri!.Host,
            $"{request.Method} {request.RequestUri.PathAndQuery}",
            Header(request, "Idempotency-Key") ?? Header(request, "Last-Event-ID"),
            Header(request, "Idempotency-Acknowledged-Below"),
            BodyOf(request),
            Header(request, "Consensus-Signature"));
        lock (_seen)
        {
            _seen.Add(seen);
            if (seen.What == "POST /v1/sessions" && !_refusesSessions)
            {
                return Task.FromResult(Document($$"""{"client":{{++_sessions}}}""", 201));
            }
        }

        return _scripts[seen.Node](seen, cancellationToken);
    }

    private static string BodyOf(HttpRequestMessage request)
    {
        if (request.Content is null)
        {
            return "";
        }

        using var reader = new StreamReader(request.Content.ReadAsStream());
        return reader.ReadToEnd();
    }

    private static string? Header(HttpRequestMessage request, string name) =>
        request.Headers.TryGetValues(name, out var values) ? values.Single() : null;
}
