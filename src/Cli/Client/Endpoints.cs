namespace Consensus.Cli.Client;

/// <summary>Where the tool looks for a node.</summary>
internal static class Endpoints
{
    /// <summary>The environment variable that names endpoints for all calls.</summary>
    public const string EnvironmentVariable = "CONSENSUS_ENDPOINT";

    /// <summary>Where the first node of <c>consensus init</c> listens.</summary>
    public const string Default = "http://127.0.0.1:8101";

    /// <summary>Reads endpoints as they are written on the command line: separated by commas, with or without <c>http://</c>.</summary>
    /// <param name="given">What was given; if nothing, the environment decides, and then the default.</param>
    /// <param name="environment">The value of the environment variable.</param>
    /// <exception cref="UsageException">One of them is not the address of a node.</exception>
    public static IReadOnlyList<Uri> Parse(IReadOnlyCollection<string> given, string? environment)
    {
        var (texts, source) = given.Count > 0 ? (given, "--endpoint")
            : string.IsNullOrWhiteSpace(environment) ? ([Default], "the default")
            : (new[] { environment }, EnvironmentVariable);
        var endpoints = texts
            .SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .Select(text => ParseOne(text, source))
            .Distinct()
            .ToList();
        return endpoints.Count > 0 ? endpoints : throw new UsageException($"{source} names no endpoint. Write it as http://host:port.");
    }

    private static Uri ParseOne(string text, string source)
    {
        var absolute = text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}";
        return Uri.TryCreate(absolute.TrimEnd('/') + "/", UriKind.Absolute, out var uri)
            && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
            && uri is { Query: "", Fragment: "" }
            ? uri
            : throw new UsageException($"'{text}' ({source}) is not the address of a node. Write it as http://host:port.");
    }
}
