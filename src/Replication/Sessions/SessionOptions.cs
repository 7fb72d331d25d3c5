namespace Consensus.Replication.Sessions;

/// <summary>The settings of the session table. Part of the replicated state's rules: the same on every replica.</summary>
public sealed record SessionOptions
{
    /// <summary>How many sessions are kept; beyond it the one used longest ago is closed.</summary>
    /// <value>10,000; 1 to 1,000,000.</value>
    public int SessionsMax { get; init; } = 10_000;
}
