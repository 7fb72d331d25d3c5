using Consensus.AspNetCore.Problems;
using Microsoft.AspNetCore.Http;

namespace Consensus.AspNetCore.Requests;

/// <summary>
/// The parameters that may stand after the question mark. Any other is refused: <c>?consistancy=stale</c> would get another kind of read than was
/// asked for, and nobody would notice. Metadata of an endpoint.
/// </summary>
internal sealed class AllowedQuery
{
    public const string Encoding = "encoding";
    public const string Consistency = "consistency";
    public const string Prefix = "prefix";
    public const string After = "after";
    public const string Limit = "limit";
    public const string ExpectedVersion = "expected_version";
    public const string WaitFor = "wait_for";
    public const string Kind = "kind";

    private readonly string _sentence;

    private AllowedQuery(params string[] names)
    {
        Names = names;
        _sentence = names.Length == 0 ? "it takes none" : $"allowed: {string.Join(", ", names)}";
    }

    /// <summary>For requests that say everything in their path and body.</summary>
    public static AllowedQuery None { get; } = new();

    /// <summary>For reads of one thing.</summary>
    public static AllowedQuery Read { get; } = new(Consistency);

    /// <summary>For reads of lists.</summary>
    public static AllowedQuery Page { get; } = new(Prefix, After, Limit, Consistency);

    /// <summary>For writes.</summary>
    public static AllowedQuery Write { get; } = new(WaitFor);

    /// <summary>For writes of a key.</summary>
    public static AllowedQuery KeyWrite { get; } = new(Encoding, WaitFor);

    /// <summary>For reads of a key.</summary>
    public static AllowedQuery KeyRead { get; } = new(Encoding, Consistency);

    /// <summary>For changes of the membership.</summary>
    public static AllowedQuery Members { get; } = new(ExpectedVersion);

    /// <summary>For lists of what has no order of its own.</summary>
    public static AllowedQuery List { get; } = new(After, Limit);

    /// <summary>For streams of rumours.</summary>
    public static AllowedQuery Kinds { get; } = new(Kind);

    /// <summary>Their names, which are written exactly so.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Finds the first parameter that is not one of them.</summary>
    /// <returns>The problem, or <see langword="null"/> if there is none.</returns>
    public ProblemResult? WhyNot(HttpRequest request)
    {
        var query = request.QueryString.Value.AsSpan().TrimStart('?');
        foreach (var pair in query.Split('&'))
        {
            var parameter = query[pair];
            var name = parameter.IndexOf('=') is >= 0 and var end ? parameter[..end] : parameter;
            if (!parameter.IsEmpty && !Knows(name))
            {
                return ProblemType.UnknownParameter.With($"'{name}' is no parameter of this request; {_sentence}.");
            }
        }

        return null;
    }

    // As they stand on the wire: whoever reads them later finds neither those that are encoded nor those in another case.
    private bool Knows(ReadOnlySpan<char> name)
    {
        foreach (var known in Names)
        {
            if (name.SequenceEqual(known))
            {
                return true;
            }
        }

        return false;
    }
}
