namespace Consensus;

/// <summary>What an engine promises to its callers.</summary>
[Flags]
public enum ConsensusGuarantees
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>All replicas apply the same commands in the same order.</summary>
    TotalOrder = 1 << 0,

    /// <summary>Commands and barrier reads are linearizable (Herlihy and Wing, 1990).</summary>
    Linearizable = 1 << 1,

    /// <summary>A command takes effect once, however often it is retried.</summary>
    ExactlyOnce = 1 << 2,

    /// <summary>An acknowledged command survives the crash of all replicas.</summary>
    Durable = 1 << 3,

    /// <summary>Holds with up to ⌊(n−1)/3⌋ replicas behaving arbitrarily.</summary>
    ByzantineTolerant = 1 << 4,

    /// <summary>Replicas agree at some time after the last command, without a total order.</summary>
    EventuallyConsistent = 1 << 5,

    /// <summary>Callers can wait until a command survives up to ⌊(n−1)/3⌋ replicas behaving arbitrarily (<see cref="CommitLevel.Certified"/>). Goes with <see cref="ByzantineTolerant"/>; without it, commands that did not wait for that may be lost to them.</summary>
    Certifying = 1 << 6,
}
