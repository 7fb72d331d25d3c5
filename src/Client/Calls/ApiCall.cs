using System.Globalization;
using Consensus.Client.Sessions;
using Consensus.Cryptography;

namespace Consensus.Client.Calls;

/// <summary>A call of a node's API, which may be sent several times.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">The path and query, without the leading slash.</param>
internal sealed record ApiCall(HttpMethod Method, string Path)
{
    /// <summary>What a body of JSON is called.</summary>
    public const string Json = "application/json";

    /// <summary>The body, or none.</summary>
    public ReadOnlyMemory<byte>? Body { get; init; }

    /// <summary>What the body is.</summary>
    public string ContentType { get; init; } = "application/octet-stream";

    /// <summary>The number of the command in a session, or none.</summary>
    public RequestNumber Request { get; init; }

    /// <summary>The client's signature of the command under that number, if the session is one with a key.</summary>
    public Signature Signature { get; init; }

    /// <summary>Computes the digests of which a signed reply must have one, if the call's command can be recognised in it. The first is that of the command as nodes have it, which a client with a key signs.</summary>
    public Func<Digest[]>? Commands { get; init; }

    /// <summary>When the command counts as done.</summary>
    public CommitLevel WaitFor { get; init; }

    /// <summary>Whether it opens a session, whose number will be the answering node's word.</summary>
    public bool OpensSession { get; init; }

    /// <summary>Whether it may be sent again.</summary>
    public Repetition Repetition { get; init; } = Repetition.Safe;

    /// <summary>Whether it changes nothing.</summary>
    public bool IsRead => Method == HttpMethod.Get;

    // What nodes do by default is not said, so that those that know nothing else do it too.
    private string Level => WaitFor switch
    {
        CommitLevel.Committed => "",
        CommitLevel.Certified => Path.Contains('?', StringComparison.Ordinal) ? "&wait_for=certified" : "?wait_for=certified",
    };

    /// <summary>The request for one attempt.</summary>
    public HttpRequestMessage ToRequest(Uri endpoint)
    {
        // Left as it is written: a key may hold what a URI library would tidy away, such as dots between slashes.
        var address = new Uri($"{endpoint.AbsoluteUri}{Path}{Level}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var request = new HttpRequestMessage(Method, address);
        if (Body is { } body)
        {
            request.Content = new ReadOnlyMemoryContent(body);
            request.Content.Headers.Add("Content-Type", ContentType);
        }

        if (Request.Id != RequestId.None)
        {
            request.Headers.Add("Idempotency-Key", string.Create(CultureInfo.InvariantCulture, $"{Request.Id.Client.Value}:{Request.Id.Sequence}"));
            if (Request.AcknowledgedBelow > 0)
            {
                // A session keeps the results of so many commands only, and refuses those beyond.
                request.Headers.Add("Idempotency-Acknowledged-Below", Request.AcknowledgedBelow.ToString(CultureInfo.InvariantCulture));
            }

            if (!Signature.IsNone)
            {
                request.Headers.Add("Consensus-Signature", Signature.ToString());
            }
        }

        return request;
    }
}
