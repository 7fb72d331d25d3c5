namespace Consensus.Simulation.Histories;

/// <summary>Whether an order of a register's calls explains their answers.</summary>
internal enum RegisterVerdict
{
    /// <summary>One does.</summary>
    Linearizable,

    /// <summary>None does.</summary>
    Violated,

    /// <summary>The search took too long. This is not a pass.</summary>
    Undecided,
}
