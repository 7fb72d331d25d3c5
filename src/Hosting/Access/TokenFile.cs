using Consensus.Transport;
using Microsoft.Extensions.Logging;

namespace Consensus.Hosting;

/// <summary>Takes access tokens from a file, and takes new ones when it has changed, within a second.</summary>
internal sealed partial class TokenFile
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly WatchedFiles<AccessTokens> _file;

    private TokenFile(WatchedFiles<AccessTokens> file) => _file = file;

    /// <summary>The tokens that are valid now.</summary>
    public AccessTokens Current => _file.Current;

    /// <summary>Reads a file.</summary>
    /// <exception cref="ConsensusException">It cannot be used; the message has every reason.</exception>
    public static TokenFile Open(string file, TimeProvider time, ILogger logger)
    {
        var watched = WatchedFiles<AccessTokens>.Open(
            [file],
            () => Read(file),
            _ => Log.Reloaded(logger, file),
            reasons => Log.ReloadFailed(logger, file, reasons),
            time,
            LookInterval,
            out var problems);
        return watched is null
            ? throw new ConsensusException(ConsensusFailure.InvalidConfiguration, $"The access tokens in \"{file}\" cannot be used: it is a file {string.Join(' ', problems)}")
            : new TokenFile(watched);
    }

    /// <summary>Reads the tokens in a file.</summary>
    /// <returns>The tokens, or what is wrong with it, as clauses that follow its name.</returns>
    public static (AccessTokens? Tokens, IReadOnlyList<string> Problems) Read(string file)
    {
        var problems = new List<string>();
        if (SecretFile.WhyOpen(file) is { } open)
        {
            problems.Add(open);
        }

        AccessTokens? tokens = null;
        try
        {
            if (!AccessTokens.TryParse(File.ReadLines(file), out tokens, out var complaints))
            {
                problems.Add($"which cannot be used ({string.Join("; ", complaints)}); allowed: lines of a role and a token, such as \"read TOKEN\".");
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            problems.Add($"which cannot be read ({exception.Message}); allowed: a file that this process may read.");
        }

        return (problems.Count == 0 ? tokens : null, problems);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 180, EventName = "consensus.tokens.reloaded", Level = LogLevel.Information, Message = "The access tokens in {File} are those that count from now on.")]
        public static partial void Reloaded(ILogger logger, string file);

        [LoggerMessage(
            EventId = 181,
            EventName = "consensus.tokens.reload_failed",
            Level = LogLevel.Warning,
            Message = "The new access tokens in {File} cannot be used, so the old ones still count. It is a file {Problems}")]
        public static partial void ReloadFailed(ILogger logger, string file, string problems);
    }
}
