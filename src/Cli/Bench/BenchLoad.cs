namespace Consensus.Cli.Bench;

/// <summary>What the clients of a measurement do.</summary>
internal enum BenchLoad
{
    /// <summary>Write values.</summary>
    Writes,

    /// <summary>Read values that they wrote before; each answer shows all writes acknowledged before it was asked for.</summary>
    Reads,

    /// <summary>Read values that they wrote before, from the asked node's state as it is.</summary>
    StaleReads,
}
