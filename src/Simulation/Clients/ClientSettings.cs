namespace Consensus.Simulation.Clients;

/// <summary>How a client behaves.</summary>
internal sealed record ClientSettings
{
    /// <summary>How long it thinks between calls, on average.</summary>
    public TimeSpan ThinkTime { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long it waits for an answer.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often it asks for the same thing at most, if it keeps a session; others ask once.</summary>
    public int AttemptsMax { get; init; } = 8;

    /// <summary>How long it waits before it asks again.</summary>
    public TimeSpan RetryPause { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How many calls it makes before it ends.</summary>
    public int CallsMax { get; init; } = int.MaxValue;

    /// <summary>Whether it keeps a session, so that retries are harmless.</summary>
    public bool KeepsSession { get; init; }

    /// <summary>Whether it opens its session with a key of its own, and signs each command.</summary>
    public bool HasKey { get; init; }
}
