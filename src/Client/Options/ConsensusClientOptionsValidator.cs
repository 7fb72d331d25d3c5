using System.Buffers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Consensus.Configuration;
using Microsoft.Extensions.Options;

namespace Consensus.Client;

/// <summary>Finds all that is wrong with <see cref="ConsensusClientOptions"/>.</summary>
internal sealed class ConsensusClientOptionsValidator : IValidateOptions<ConsensusClientOptions>
{
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

    private static IReadOnlyList<string> Find(ConsensusClientOptions options)
    {
        var problems = new SettingProblems();
        problems.AddAll(options.BindingProblems);
        if (problems.Has(options.Path))
        {
            // There is no section: that it holds no endpoints need not be said as well.
            return problems.Sentences;
        }

        EndpointRules.Check(options, problems);
        AnnotationRules.Check(options, options.Path, problems);
        CheckBackoff(options, problems);
        CheckToken(options, problems);
        CheckAuthority(options, problems);
        return problems.Sentences;
    }

    private static void CheckBackoff(ConsensusClientOptions options, SettingProblems problems)
    {
        if (options.BackoffMin > options.BackoffMax)
        {
            problems.Add(
                SettingPath.Of(options.Path, nameof(options.BackoffMin)),
                options.BackoffMin,
                $"at most {nameof(options.BackoffMax)} ({DurationText.Format(options.BackoffMax)})");
        }
    }

    private static void CheckToken(ConsensusClientOptions options, SettingProblems problems)
    {
        if (options.BearerToken is { } token && (token.Length == 0 || token.AsSpan().ContainsAnyExcept(TokenCharacters)))
        {
            // Not shown: it is a secret.
            var at = SettingPath.Of(options.Path, nameof(options.BearerToken));
            problems.Add(at, $"{at} cannot be sent as it is; allowed: ASCII letters, digits and -._~+/=, or no token.");
        }
    }

    private static void CheckAuthority(ConsensusClientOptions options, SettingProblems problems)
    {
        if (options.AuthorityPem is { } authorities && !HoldsCertificates(authorities))
        {
            var at = SettingPath.Of(options.Path, nameof(options.AuthorityPem));
            problems.Add(at, $"{at} holds no certificate that can be read; allowed: certificates in PEM form, or nothing.");
        }
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
}
