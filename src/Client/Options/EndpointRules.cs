using Consensus.Client.Nodes;
using Consensus.Configuration;

namespace Consensus.Client;

/// <summary>What makes a list of endpoints a cluster.</summary>
internal static class EndpointRules
{
    /// <summary>What an endpoint is.</summary>
    public const string Allowed = "http://host:port or https://host:port, with a path if the API has one, and nothing after it";

    private const int EndpointsMax = 64;

    /// <summary>Stands where a configuration has something that is no address at all, which is known as a problem.</summary>
    public static readonly Uri Nowhere = new("", UriKind.Relative);

    public static void Check(ConsensusClientOptions options, SettingProblems problems)
    {
        var path = SettingPath.Of(options.Path, nameof(options.Endpoints));
        if (options.Endpoints.Count is < 1 or > EndpointsMax)
        {
            problems.Add(path, $"{path} has {options.Endpoints.Count} addresses; allowed: 1 to {EndpointsMax}.");
        }

        var known = new HashSet<Uri>();
        for (var i = 0; i < options.Endpoints.Count; i++)
        {
            var endpoint = options.Endpoints[i];
            if (ReferenceEquals(endpoint, Nowhere))
            {
                continue;
            }

            var at = SettingPath.Of(path, i);
            if (!IsAllowed(endpoint))
            {
                problems.Add(at, $"{endpoint}", Allowed);
            }
            else if (!known.Add(NodeEndpoint.AddressOf(endpoint)))
            {
                problems.Add(at, $"{at} is \"{endpoint}\" for the second time; allowed: each once.");
            }
        }
    }

    private static bool IsAllowed(Uri endpoint) =>
        endpoint is { IsAbsoluteUri: true, Query: "", Fragment: "", UserInfo: "" }
        && (endpoint.Scheme == Uri.UriSchemeHttp || endpoint.Scheme == Uri.UriSchemeHttps);
}
