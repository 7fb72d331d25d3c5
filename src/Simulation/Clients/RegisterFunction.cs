namespace Consensus.Simulation.Clients;

/// <summary>What is done with a register.</summary>
internal enum RegisterFunction
{
    /// <summary>Its value is read.</summary>
    Read,

    /// <summary>It gets a value, or none.</summary>
    Write,

    /// <summary>It gets a value if it has the expected one.</summary>
    CompareAndSwap,
}
