using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;

namespace Consensus.Client.Calls;

/// <summary>Sends a call to one node, once, and says what became of it.</summary>
internal sealed class ApiSender : IDisposable
{
    private readonly HttpClient _http;
    private readonly TimeProvider _time;

    public ApiSender(ConsensusClientOptions options, HttpMessageHandler? handler, TimeProvider time)
    {
        _time = time;
        _http = new HttpClient(handler ?? CreateHandler(options), disposeHandler: handler is null)
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = options.AnswerBytesMax,
        };
        if (options.BearerToken is { } token)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
    }

    /// <summary>Sends a call and reads the whole answer.</summary>
    /// <param name="call">The call.</param>
    /// <param name="endpoint">The node.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Attempt> SendAsync(ApiCall call, Uri endpoint, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            using var request = call.ToRequest(endpoint);
            using var response = await _http.SendAsync(request, either.Token).ConfigureAwait(false);
            return new Attempt(await ApiAnswer.ReadAsync(response, either.Token).ConfigureAwait(false), "", WasSent: true);
        }
        catch (HttpRequestException exception)
        {
            return FailureOf(exception);
        }
        catch (IOException exception)
        {
            return new Attempt(null, exception.Message, WasSent: true);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // Either there was no connection in time or no answer; only the second may have had an effect, and this cannot tell them apart.
            return new Attempt(null, $"no answer within {limit.TotalSeconds:0.#} s", WasSent: true, IsLate: true);
        }
    }

    /// <summary>Sends a request and reads no more than the head of the answer.</summary>
    public Task<HttpResponseMessage> OpenAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static Attempt FailureOf(HttpRequestException exception)
    {
        var neverSent = exception.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError;
        return new Attempt(null, exception.Message, !neverSent, IsFinal: exception.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded);
    }

    /// <summary>Nodes are addressed directly; a proxy for the web would look for them in its own network.</summary>
    private static SocketsHttpHandler CreateHandler(ConsensusClientOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = options.ConnectTimeout,
            MaxConnectionsPerServer = options.ConnectionsPerNodeMax,
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
        };
        if (options.AuthorityPem is { } authorities)
        {
            handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
            };
            handler.SslOptions.CertificateChainPolicy.CustomTrustStore.ImportFromPem(authorities);
        }

        return handler;
    }
}
