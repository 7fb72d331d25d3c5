using System.Globalization;
using Consensus.AspNetCore.Problems;
using Microsoft.AspNetCore.Http;

namespace Consensus.AspNetCore.Requests;

/// <summary>Reads what stands after the question mark.</summary>
internal static class QueryParameters
{
    /// <summary>Reads <c>consistency</c>: <c>linearizable</c>, which is the default, or <c>stale</c>.</summary>
    public static Parsed<ReadConsistency> Consistency(HttpRequest request) => request.Query[AllowedQuery.Consistency] switch
    {
        [] or ["linearizable"] => ReadConsistency.Linearizable,
        ["stale"] => ReadConsistency.Stale,
        _ => ProblemType.MalformedRequest.With("'consistency' must be linearizable or stale."),
    };

    /// <summary>Reads <c>wait_for</c>: <c>committed</c>, which is the default, or <c>certified</c>.</summary>
    public static Parsed<CommitLevel> WaitFor(HttpRequest request) => request.Query[AllowedQuery.WaitFor] switch
    {
        [] or ["committed"] => CommitLevel.Committed,
        ["certified"] => CommitLevel.Certified,
        _ => ProblemType.MalformedRequest.With("'wait_for' must be committed or certified."),
    };

    /// <summary>Reads <c>limit</c>: how many elements a page has at most.</summary>
    public static Parsed<int> Limit(HttpRequest request, int defaultValue, int max) => request.Query[AllowedQuery.Limit] switch
    {
        [] => Math.Min(defaultValue, max),
        [{ } text] when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit >= 1 && limit <= max => limit,
        _ => ProblemType.MalformedRequest.With($"'limit' must be a whole number from 1 to {max:N0}."),
    };

    /// <summary>Reads <c>expected_version</c>: the version of the membership that a change is meant for; <see langword="null"/> if it is absent.</summary>
    public static Parsed<LogIndex?> ExpectedVersion(HttpRequest request) => request.Query[AllowedQuery.ExpectedVersion] switch
    {
        [] => (LogIndex?)null,
        [{ } text] when ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version) => new LogIndex(version),
        _ => ProblemType.MalformedRequest.With("'expected_version' must be a whole number, the version that GET /v1/members shows."),
    };

    /// <summary>Reads a parameter as arbitrary bytes, percent-encoded; none if it is absent.</summary>
    public static Parsed<byte[]> Bytes(HttpRequest request, string name)
    {
        var found = false;
        byte[] bytes = [];
        foreach (var pair in request.QueryString.Value.AsSpan().TrimStart('?').Split('&'))
        {
            var parameter = request.QueryString.Value.AsSpan().TrimStart('?')[pair];
            if (!parameter.StartsWith(name, StringComparison.Ordinal) || parameter.Length == name.Length || parameter[name.Length] != '=')
            {
                continue;
            }

            // A plus is itself: RFC 3986 does not know it as a space, and a key may hold one.
            if (found || !PercentEncoding.TryDecode(parameter[(name.Length + 1)..], out bytes))
            {
                return ProblemType.MalformedRequest.With($"'{name}' must be there once at most, percent-encoded.");
            }

            found = true;
        }

        return bytes;
    }

    /// <summary>Reads a parameter as text; empty if it is absent.</summary>
    public static Parsed<string> Text(HttpRequest request, string name) => request.Query[name] switch
    {
        [] => "",
        [{ } text] => text,
        _ => ProblemType.MalformedRequest.With($"'{name}' must be there once at most."),
    };
}
