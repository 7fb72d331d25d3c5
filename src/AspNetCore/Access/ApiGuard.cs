using Consensus.AspNetCore.Problems;
using Consensus.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Consensus.AspNetCore.Access;

/// <summary>Asks callers for the bearer token that their request needs (RFC 6750), if there are any tokens at all.</summary>
/// <param name="tokens">Those that are valid; null if everybody may do everything.</param>
internal sealed class ApiGuard(TokenFile? tokens)
{
    private const string Scheme = "Bearer";

    /// <summary>The guard of a group that was added with <c>AddConsensus</c>; one that lets everybody pass for any other.</summary>
    /// <exception cref="ConsensusException">The file with the tokens cannot be used.</exception>
    public static ApiGuard Of(IServiceProvider services, string? name)
    {
        var file = services.GetKeyedService<ConsensusOptions>(name ?? Options.DefaultName)?.Http.TokensFile ?? "";
        return new ApiGuard(file.Length == 0
            ? null
            : TokenFile.Open(file, services.GetService<TimeProvider>() ?? TimeProvider.System, services.GetRequiredService<ILoggerFactory>().CreateLogger("Consensus.AspNetCore")));
    }

    /// <summary>Why a request is turned away, before anything of it is looked at; null if it may go on.</summary>
    public ProblemResult? WhyNot(HttpRequest request, AccessRole needed)
    {
        if (tokens is null || needed == AccessRole.Anyone)
        {
            return null;
        }

        if (TokenIn(request) is not { } token)
        {
            return ProblemType.Unauthenticated.With("This needs a token: Authorization: Bearer TOKEN.") with { Challenge = Scheme };
        }

        if (tokens.Current.RoleOf(token) is not { } role)
        {
            return ProblemType.Unauthenticated.With("The token is none that this node knows.") with { Challenge = $"{Scheme} error=\"invalid_token\"" };
        }

        return role >= needed
            ? null
            : ProblemType.Forbidden.With($"The token is for the role {NameOf(role)}; this needs {NameOf(needed)}.") with
            {
                Challenge = $"{Scheme} error=\"insufficient_scope\", scope=\"{NameOf(needed)}\"",
            };
    }

    private static string? TokenIn(HttpRequest request) =>
        request.Headers.Authorization is [{ } header] && header.StartsWith($"{Scheme} ", StringComparison.OrdinalIgnoreCase)
            ? header[(Scheme.Length + 1)..].Trim()
            : null;

    private static string NameOf(AccessRole role) => Status.WireNames.Of(role);
}
