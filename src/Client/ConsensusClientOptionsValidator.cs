using System.Buffers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Consensus.Client.Nodes;
using Microsoft.Extensions.Options;

namespace Consensus.Client;

/// <summary>Finds all that is wrong with <see cref="ConsensusClientOptions"/>.</summary>
internal sealed class ConsensusClientOptionsValidator : IValidateOptions<ConsensusClientOptions>
{
    private const int EndpointsMax = 64;
    private const int ConnectionsMax = 65_536;
    private const int AnswerBytesMin = 64 * 1024;
    private const int AnswerBytesMax = 1024 * 1024 * 1024;

    private static readonly TimeSpan TimeMin = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan TimeMax = TimeSpan.FromDays(1);
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=");

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, ConsensusClientOptions options)
    {
        var problems = Find(options);
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    /// <summary>Throws if anything is wrong.</summary>
    /// <exception cref="OptionsValidationException">It names every problem.</exception>
    public static void Check(ConsensusClientOptions options)
    {
        var problems = Find(options);
        if (problems.Count > 0)
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(ConsensusClientOptions), problems);
        }
    }

    private static List<string> Find(ConsensusClientOptions options)
    {
        var problems = new List<string>();
        FindInEndpoints(options.Endpoints, problems);
        FindInTime(nameof(options.Timeout), options.Timeout, problems);
        FindInTime(nameof(options.ChangeTimeout), options.ChangeTimeout, problems);
        FindInTime(nameof(options.AttemptTimeout), options.AttemptTimeout, problems);
        FindInTime(nameof(options.ConnectTimeout), options.ConnectTimeout, problems);
        FindInTime(nameof(options.BackoffMin), options.BackoffMin, problems);
        FindInTime(nameof(options.BackoffMax), options.BackoffMax, problems);
        FindInTime(nameof(options.LeaderInterval), options.LeaderInterval, problems);
        FindInTime(nameof(options.EventSilence), options.EventSilence, problems);
        if (options.BackoffMin > options.BackoffMax)
        {
            problems.Add($"{nameof(options.BackoffMin)} is {options.BackoffMin}, more than {nameof(options.BackoffMax)}, {options.BackoffMax}; allowed: no more.");
        }

        FindInNumber(nameof(options.ConnectionsPerNodeMax), options.ConnectionsPerNodeMax, 1, ConnectionsMax, problems);
        FindInNumber(nameof(options.AnswerBytesMax), options.AnswerBytesMax, AnswerBytesMin, AnswerBytesMax, problems);
        if (options.BearerToken is { } token && (token.Length == 0 || token.AsSpan().ContainsAnyExcept(TokenCharacters)))
        {
            // Not shown: it is a secret.
            problems.Add($"{nameof(options.BearerToken)} cannot be sent as it is; allowed: ASCII letters, digits and -._~+/=, or no token.");
        }

        if (options.AuthorityPem is { } authorities && !HoldsCertificates(authorities))
        {
            problems.Add($"{nameof(options.AuthorityPem)} holds no certificate that can be read; allowed: certificates in PEM form, or nothing.");
        }

        return problems;
    }

    private static bool HoldsCertificates(string pem)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(pem);
        }
        catch (CryptographicException)
        {
            return false;
        }

        return certificates.Count > 0;
    }

    private static void FindInEndpoints(IList<Uri> endpoints, List<string> problems)
    {
        if (endpoints.Count is < 1 or > EndpointsMax)
        {
            problems.Add($"{nameof(ConsensusClientOptions.Endpoints)} has {endpoints.Count} addresses; allowed: 1 to {EndpointsMax}.");
        }

        var known = new HashSet<Uri>();
        for (var i = 0; i < endpoints.Count; i++)
        {
            var endpoint = endpoints[i];
            if (endpoint is not { IsAbsoluteUri: true, Query: "", Fragment: "", UserInfo: "" }
                || (endpoint.Scheme != Uri.UriSchemeHttp && endpoint.Scheme != Uri.UriSchemeHttps))
            {
                problems.Add(
                    $"{nameof(ConsensusClientOptions.Endpoints)}[{i}] is '{endpoint}'; allowed: http://host:port or https://host:port, with a path if the API has one, and nothing after it.");
            }
            else if (!known.Add(NodeEndpoint.AddressOf(endpoint)))
            {
                problems.Add($"{nameof(ConsensusClientOptions.Endpoints)}[{i}] is '{endpoint}' for the second time; allowed: each once.");
            }
        }
    }

    private static void FindInTime(string name, TimeSpan value, List<string> problems)
    {
        if (value < TimeMin || value > TimeMax)
        {
            problems.Add($"{name} is {value}; allowed: {TimeMin} to {TimeMax}.");
        }
    }

    private static void FindInNumber(string name, int value, int min, int max, List<string> problems)
    {
        if (value < min || value > max)
        {
            problems.Add($"{name} is {value}; allowed: {min} to {max}.");
        }
    }
}
