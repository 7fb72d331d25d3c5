using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Consensus.AspNetCore.KeyValue;

/// <summary>Answers with a value as it is, or that the client has it already.</summary>
/// <remarks>The entity tag is the value's version, the entry of the log that set it: it changes with every write, and never returns.</remarks>
internal sealed class ValueResult(ReadOnlyMemory<byte> value, LogIndex version) : IResult
{
    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        var tag = new EntityTagHeaderValue(string.Create(CultureInfo.InvariantCulture, $"\"{version.Value}\""));
        response.Headers.ETag = tag.ToString();
        response.Headers.CacheControl = "no-cache";
        if (httpContext.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(tag, useStrongComparison: false) || known.Equals(EntityTagHeaderValue.Any)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        // Somebody else's bytes: a browser must not take them for a page of this server.
        response.Headers.XContentTypeOptions = "nosniff";
        response.ContentType = "application/octet-stream";
        response.ContentLength = value.Length;
        if (!HttpMethods.IsHead(httpContext.Request.Method))
        {
            await response.Body.WriteAsync(value, httpContext.RequestAborted).ConfigureAwait(false);
        }
    }
}
