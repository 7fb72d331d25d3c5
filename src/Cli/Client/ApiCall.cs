using System.Globalization;

namespace Consensus.Cli.Client;

/// <summary>A call of a node's API, which may be sent several times.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">The path and query, without the leading slash.</param>
internal sealed record ApiCall(HttpMethod Method, string Path)
{
    /// <summary>The body, or none.</summary>
    public ReadOnlyMemory<byte>? Body { get; init; }

    /// <summary>What the body is.</summary>
    public string ContentType { get; init; } = "application/octet-stream";

    /// <summary>The number of the command in a session, or none. All commands of the session with lower numbers have ended.</summary>
    public RequestId Request { get; init; }

    /// <summary>Whether it may be sent again.</summary>
    public Repetition Repetition { get; init; } = Repetition.Safe;

    /// <summary>The request for one attempt.</summary>
    public HttpRequestMessage ToRequest(Uri endpoint)
    {
        // Left as it is written: a key may hold what a URI library would tidy away, such as dots between slashes.
        var address = new Uri(endpoint.AbsoluteUri + Path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var request = new HttpRequestMessage(Method, address);
        if (Body is { } body)
        {
            request.Content = new ReadOnlyMemoryContent(body);
            request.Content.Headers.Add("Content-Type", ContentType);
        }

        if (Request != RequestId.None)
        {
            var sequence = Request.Sequence.ToString(CultureInfo.InvariantCulture);
            request.Headers.Add("Idempotency-Key", string.Create(CultureInfo.InvariantCulture, $"{Request.Client.Value}:{sequence}"));

            // A session keeps the results of so many commands only, and refuses those beyond.
            request.Headers.Add("Idempotency-Acknowledged-Below", sequence);
        }

        return request;
    }
}
