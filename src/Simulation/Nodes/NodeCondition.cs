namespace Consensus.Simulation.Nodes;

/// <summary>How a node is.</summary>
internal enum NodeCondition
{
    /// <summary>Its process does not run; it may be started.</summary>
    Down,

    /// <summary>Its replica runs.</summary>
    Running,

    /// <summary>Its process is stopped as by SIGSTOP: it does nothing, and time goes on.</summary>
    Paused,

    /// <summary>Its replica refuses to start, because what is on its disk is damaged.</summary>
    Damaged,

    /// <summary>It has been replaced, and never comes back.</summary>
    Retired,
}
