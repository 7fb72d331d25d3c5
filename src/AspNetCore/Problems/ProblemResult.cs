using System.Text.Json;
using Consensus.AspNetCore.Json;
using Microsoft.AspNetCore.Http;

namespace Consensus.AspNetCore.Problems;

/// <summary>Answers with a problem.</summary>
internal sealed record ProblemResult(ProblemType Type, string Detail) : IResult
{
    /// <summary>What a caller has to show to be let in.</summary>
    public string? Challenge { get; init; }

    /// <summary>Whether the command may take effect, or has, although this is no success.</summary>
    public bool MayHaveTakenEffect { get; init; }

    /// <summary>The state machine's own reason, if it rejected the command.</summary>
    public string? Rejection { get; init; }

    /// <summary>The position in the log, if the command was committed and rejected.</summary>
    public LogIndex Index { get; init; }

    /// <summary>After a failed comparison: the version of the value that is there.</summary>
    public LogIndex? Version { get; init; }

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Type.Status;
        response.ContentType = "application/problem+json";
        response.Headers.CacheControl = "no-store";
        if (Type.IsTransient)
        {
            response.Headers.RetryAfter = ApiEndpoint.SettingsOf(httpContext).RetryAfterSeconds;
        }

        if (Challenge is not null)
        {
            response.Headers.WWWAuthenticate = Challenge;
        }

        if (HttpMethods.IsHead(httpContext.Request.Method))
        {
            return;
        }

        var document = new ProblemDocument(
            Type.Urn, Type.Title, Type.Status, Detail, Type.Code, MayHaveTakenEffect, Rejection, Index == LogIndex.Zero ? null : Index.Value, Version?.Value);
        await JsonSerializer.SerializeAsync(response.Body, document, ApiJson.Default.ProblemDocument, httpContext.RequestAborted).ConfigureAwait(false);
    }
}
