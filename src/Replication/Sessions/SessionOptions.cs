namespace Consensus.Replication.Sessions;

/// <summary>
/// The settings of the session table. Part of the replicated state's rules: the same on every replica. Beyond a bound sessions are closed;
/// a retry in a closed session is answered with that, and has no effect.
/// </summary>
/// <remarks>A result counts with its bytes and <see cref="ResultOverheadBytes"/>, until its session acknowledges it.</remarks>
public sealed record SessionOptions
{
    /// <summary>What a result counts beside its bytes: about the memory that surrounds it.</summary>
    public const int ResultOverheadBytes = 256;

    /// <summary>How many sessions are kept; beyond it the one used longest ago is closed.</summary>
    /// <value>10,000; 1 to 1,000,000.</value>
    public int SessionsMax { get; init; } = 10_000;

    /// <summary>How many bytes the results of all sessions may count; beyond it those used longest ago are closed.</summary>
    /// <value>256 MiB; 64 KiB to 64 GiB.</value>
    public long ResultBytesMax { get; init; } = 256L * 1024 * 1024;

    /// <summary>How many bytes the results of one session may count; beyond it that session is closed.</summary>
    /// <value>64 MiB; 64 KiB to 64 GiB.</value>
    public long ResultBytesPerSessionMax { get; init; } = 64L * 1024 * 1024;

    /// <exception cref="ConsensusException"><see cref="ConsensusFailure.InvalidConfiguration"/>.</exception>
    internal void ThrowIfInvalid()
    {
        Require(nameof(SessionsMax), SessionsMax, 1, 1_000_000);
        Require(nameof(ResultBytesMax), ResultBytesMax, 64 * 1024, 64L * 1024 * 1024 * 1024);
        Require(nameof(ResultBytesPerSessionMax), ResultBytesPerSessionMax, 64 * 1024, 64L * 1024 * 1024 * 1024);
    }

    private static void Require(string name, long value, long least, long most)
    {
        if (value < least || value > most)
        {
            throw new ConsensusException(
                ConsensusFailure.InvalidConfiguration,
                string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name} is {value}; allowed: {least:N0} to {most:N0}."));
        }
    }
}
