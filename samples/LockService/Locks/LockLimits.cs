namespace Consensus.Samples.Locks;

/// <summary>What the machine bounds. They are replicated rules: a replica with others would give other answers.</summary>
public static class LockLimits
{
    /// <summary>The longest name or owner, in bytes of UTF-8.</summary>
    public const int NameBytesMax = 200;

    /// <summary>How many locks there may be, those that have expired and were not taken away yet included.</summary>
    public const int LocksMax = 10_000;

    /// <summary>The longest time for which a lock can be taken.</summary>
    public const long MillisecondsMax = 24 * 60 * 60 * 1000;
}
