using System.Buffers.Text;
using Consensus.AspNetCore.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Consensus.AspNetCore.Requests;

/// <summary>
/// Reads a key out of the request's target as it stood on the wire: servers decode paths and tidy them up, which would make two keys of
/// <c>a%2Fb</c>'s kind one, and lose those that are no UTF-8.
/// </summary>
/// <remarks>
/// The keys <c>.</c> and <c>..</c> are parts of a path that clients and servers resolve before anybody sees them, even if they are encoded
/// (RFC 3986, section 6.2.2), and servers refuse a byte 0. Such keys, and any other, may be written in base64url with
/// <c>?encoding=base64url</c>.
/// </remarks>
internal static class KeyPath
{
    private const string Prefix = "/v1/kv/";

    /// <summary>Reads the key of a request to <c>/v1/kv/{key}</c>, or to <c>/v1/kv/{key}/suffix</c>.</summary>
    public static Parsed<byte[]> Read(HttpContext context, string suffix = "")
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var path = target.AsSpan();
        path = path.IndexOf('?') is >= 0 and var query ? path[..query] : path;
        var start = path.IndexOf(Prefix, StringComparison.Ordinal);
        if (start < 0 || !path.EndsWith(suffix, StringComparison.Ordinal) || path.Length - suffix.Length < start + Prefix.Length)
        {
            return ProblemType.MalformedRequest.With($"The path must be written as {Prefix}KEY{suffix}: only the key itself may be percent-encoded.");
        }

        var key = path[(start + Prefix.Length)..^suffix.Length];
        var encoding = context.Request.Query[AllowedQuery.Encoding];
        return encoding switch
        {
            [] => PercentEncoding.TryDecode(key, out var bytes)
                ? bytes
                : ProblemType.MalformedRequest.With("The key is not percent-encoded: each % must be followed by two hexadecimal digits, and anything but ASCII must be encoded."),
            ["base64url"] => Base64Url.IsValid(key)
                ? Base64Url.DecodeFromChars(key)
                : ProblemType.MalformedRequest.With("The key is not base64url."),
            _ => ProblemType.MalformedRequest.With("'encoding' must be base64url, or absent: then the key is percent-encoded."),
        };
    }
}
