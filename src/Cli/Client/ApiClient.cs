namespace Consensus.Cli.Client;

/// <summary>
/// Talks to a cluster through the API of its nodes. A call goes to the first node that answers; what is safe to send again is sent again, to
/// the next node, until the time limit passes.
/// </summary>
/// <remarks>
/// A write is safe to send again because it has a number in a session that lies in the replicated state: whatever node it reaches, and
/// whoever leads by then, it takes effect once. What has no such number is sent again only if the node says, or the failed connection
/// shows, that it had no effect.
/// </remarks>
internal sealed class ApiClient : IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Longer than a node waits for a command by default (5 s), so that its own answer comes first.</summary>
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(6);

    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly IReadOnlyList<Uri> _endpoints;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly Action<string> _progress;
    private readonly HttpClient _http;
    private int _current;
    private ulong _client;
    private ulong _lastSequence;

    /// <param name="endpoints">The nodes.</param>
    /// <param name="timeout">How long one call may take, attempts included.</param>
    /// <param name="time">Tells the time, and waits.</param>
    /// <param name="progress">Told once if a call takes long, so that nobody looks at a silent terminal.</param>
    public ApiClient(IReadOnlyList<Uri> endpoints, TimeSpan timeout, TimeProvider time, Action<string> progress)
    {
        (_endpoints, _timeout, _time, _progress) = (endpoints, timeout, time, progress);

        // Nodes are addressed directly; a proxy for the web would look for them in its own network.
        var handler = new SocketsHttpHandler { ConnectTimeout = ConnectTimeout, UseProxy = false, AllowAutoRedirect = false };
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Reads.</summary>
    public Task<ApiAnswer> GetAsync(string path, CancellationToken cancellationToken) => SendAsync(new ApiCall(HttpMethod.Get, path), cancellationToken);

    /// <summary>Writes, at most once.</summary>
    public async Task<ApiAnswer> WriteAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (_client == 0)
        {
            // A session whose opening was answered to nobody is never used, and closed by the group one day.
            var opened = await SendAsync(new ApiCall(HttpMethod.Post, "v1/sessions"), cancellationToken).ConfigureAwait(false);
            _client = opened.OrFail().Json().GetProperty("client").GetUInt64();
        }

        return await SendAsync(call with { Request = new RequestId(new ClientId(_client), ++_lastSequence) }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends a call until it is answered.</summary>
    /// <returns>The answer; it may be a problem.</returns>
    /// <exception cref="CommandFailedException">No node answered, or nobody knows what became of the call.</exception>
    public async Task<ApiAnswer> SendAsync(ApiCall call, CancellationToken cancellationToken)
    {
        var startedAt = _time.GetTimestamp();
        var pause = FirstPause;
        var failures = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var mayHaveTakenEffect = false;
        var isTold = false;
        for (var attempt = 1; ; attempt++)
        {
            var endpoint = _endpoints[_current];
            var (answer, failure, wasSent) = await AttemptAsync(call, endpoint, Remaining(startedAt), cancellationToken).ConfigureAwait(false);
            if (answer is { Problem: not { IsTransient: true } })
            {
                return mayHaveTakenEffect && answer.Problem is { IsDecided: false } problem
                    ? throw Unknown(problem.Detail)
                    : answer;
            }

            mayHaveTakenEffect |= answer?.Problem?.MayHaveTakenEffect ?? (wasSent && call.Method != HttpMethod.Get);
            failures[endpoint.GetLeftPart(UriPartial.Authority)] = answer?.Problem?.Detail ?? failure;
            var mayRepeat = call.Repetition == Repetition.Safe || !mayHaveTakenEffect;
            if (!mayRepeat || Remaining(startedAt) <= pause)
            {
                throw mayHaveTakenEffect && call.Method != HttpMethod.Get ? Unknown(Describe(failures)) : NoAnswer(failures);
            }

            if (!isTold && _time.GetElapsedTime(startedAt) >= SilenceMax)
            {
                isTold = true;
                _progress($"{Describe(failures)} Trying on for {Remaining(startedAt).TotalSeconds:0} s.");
            }

            _current = (_current + 1) % _endpoints.Count;
            if (attempt % _endpoints.Count == 0)
            {
                await Task.Delay(pause, _time, cancellationToken).ConfigureAwait(false);
                pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static CommandFailedException Unknown(string detail) => new(
        $"The outcome is not known: the command may have taken effect, or may still do. {detail}");

    private static CommandFailedException NoAnswer(SortedDictionary<string, string> failures) => new(
        $"No node could answer. {Describe(failures)} Is a node running there? Name others with --endpoint.");

    private static string Describe(SortedDictionary<string, string> failures) =>
        string.Join(" ", failures.Select(pair => $"{pair.Key}: {pair.Value.TrimEnd('.')}."));

    private async Task<(ApiAnswer? Answer, string Failure, bool WasSent)> AttemptAsync(
        ApiCall call, Uri endpoint, TimeSpan remaining, CancellationToken cancellationToken)
    {
        var limit = call.Repetition == Repetition.Safe && remaining > AttemptTimeout ? AttemptTimeout : remaining;
        using var attempt = new CancellationTokenSource(limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(attempt.Token, cancellationToken);
        try
        {
            using var request = call.ToRequest(endpoint);
            using var response = await _http.SendAsync(request, either.Token).ConfigureAwait(false);
            return (await ApiAnswer.ReadAsync(response, either.Token).ConfigureAwait(false), "", WasSent: true);
        }
        catch (HttpRequestException exception)
        {
            var neverSent = exception.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError;
            return (null, exception.Message, !neverSent);
        }
        catch (IOException exception)
        {
            return (null, exception.Message, WasSent: true);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Either there was no connection in time or no answer; only the second may have had an effect, and this cannot tell them apart.
            return (null, $"no answer within {limit.TotalSeconds:0.#} s", WasSent: true);
        }
    }

    private TimeSpan Remaining(long startedAt)
    {
        var remaining = _timeout - _time.GetElapsedTime(startedAt);
        return remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero;
    }
}
