namespace Consensus.Cli.Bench;

/// <summary>How one operation of a measurement ended.</summary>
internal enum BenchOutcome
{
    /// <summary>As it should.</summary>
    Done,

    /// <summary>It was refused, or its outcome is unknown.</summary>
    Failed,

    /// <summary>A read was answered with something else than what had been written.</summary>
    Wrong,
}
