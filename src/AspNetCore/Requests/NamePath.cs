using System.Text.Unicode;
using Consensus.AspNetCore.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Consensus.AspNetCore.Requests;

/// <summary>
/// Reads a name out of the request's target as it stood on the wire: a server that decodes the path leaves <c>%2F</c> as it is, so that a
/// slash and those three characters could not be told apart.
/// </summary>
internal static class NamePath
{
    /// <summary>Reads the name in a request to <c>/v1/collection/{name}</c>, whatever follows it.</summary>
    public static Parsed<string> Read(HttpContext context, string collection)
    {
        var path = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.AsSpan();
        path = path.IndexOf('?') is >= 0 and var query ? path[..query] : path;
        var prefix = $"/v1/{collection}/";
        var start = path.IndexOf(prefix, StringComparison.Ordinal);
        if (start < 0)
        {
            return ProblemType.MalformedRequest.With($"The path must be written as {prefix}NAME: only the name itself may be percent-encoded.");
        }

        var name = path[(start + prefix.Length)..];
        name = name.IndexOf('/') is >= 0 and var end ? name[..end] : name;
        return PercentEncoding.TryDecode(name, out var bytes) && Utf8.IsValid(bytes)
            ? System.Text.Encoding.UTF8.GetString(bytes)
            : ProblemType.MalformedRequest.With("The name in the path must be UTF-8, percent-encoded.");
    }
}
