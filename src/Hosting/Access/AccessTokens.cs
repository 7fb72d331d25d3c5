using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Consensus.Hosting;

/// <summary>The bearer tokens that callers of the HTTP API may show, and what each allows. Only their hashes are kept. Immutable.</summary>
internal sealed class AccessTokens
{
    public const int LengthMin = 16;
    public const int LengthMax = 512;

    private readonly (AccessRole Role, byte[] Hash)[] _tokens;

    private AccessTokens((AccessRole Role, byte[] Hash)[] tokens) => _tokens = tokens;

    /// <summary>Reads the lines of a file: a role and a token each; empty ones and those that begin with # say nothing.</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="tokens">The tokens, if all could be read.</param>
    /// <param name="complaints">What is wrong, line by line. A token is never in it.</param>
    public static bool TryParse(IEnumerable<string> lines, [NotNullWhen(true)] out AccessTokens? tokens, out IReadOnlyList<string> complaints)
    {
        var found = new List<(AccessRole Role, byte[] Hash)>();
        var wrong = new List<string>();
        foreach (var (index, line) in lines.Index())
        {
            var parts = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (parts is [] || parts[0].StartsWith('#'))
            {
                continue;
            }

            if (parts is not [var role, var token] || RoleNamed(role) is not { } named)
            {
                wrong.Add($"line {index + 1} is not a role (read, write or operate) and a token");
            }
            else if (!IsWellFormed(token))
            {
                wrong.Add($"the token in line {index + 1} has not {LengthMin} to {LengthMax} letters, digits or -._~+/ with = at its end");
            }
            else if (HashOf(token) is var hash && found.Exists(other => other.Hash.AsSpan().SequenceEqual(hash)))
            {
                wrong.Add($"the token in line {index + 1} was there before");
            }
            else
            {
                found.Add((named, hash));
            }
        }

        if (found.Count == 0 && wrong.Count == 0)
        {
            wrong.Add("there is no token in it");
        }

        complaints = wrong;
        tokens = wrong.Count == 0 ? new AccessTokens([.. found]) : null;
        return tokens is not null;
    }

    /// <summary>What a token allows; nothing if there is no such token.</summary>
    /// <remarks>All tokens are compared, by hashes of one length, in a time that does not depend on how much of any of them is right.</remarks>
    public AccessRole? RoleOf(string token)
    {
        var hash = HashOf(token);
        AccessRole? role = null;
        foreach (var known in _tokens)
        {
            if (CryptographicOperations.FixedTimeEquals(known.Hash, hash))
            {
                role = known.Role;
            }
        }

        return role;
    }

    private static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private static AccessRole? RoleNamed(string name) => name switch
    {
        "read" => AccessRole.Read,
        "write" => AccessRole.Write,
        "operate" => AccessRole.Operate,
        _ => null,
    };

    /// <summary>As RFC 6750, section 2.1, writes tokens, and long enough not to be guessed.</summary>
    private static bool IsWellFormed(string token) =>
        token.Length is >= LengthMin and <= LengthMax
        && token.TrimEnd('=') is { Length: > 0 } start
        && start.All(c => char.IsAsciiLetterOrDigit(c) || "-._~+/".Contains(c, StringComparison.Ordinal));
}
