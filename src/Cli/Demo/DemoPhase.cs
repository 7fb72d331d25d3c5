namespace Consensus.Cli.Demo;

/// <summary>What a demo is doing.</summary>
internal enum DemoPhase
{
    /// <summary>Nodes start and elect a leader.</summary>
    Starting,

    /// <summary>Clients work, and nodes die.</summary>
    UnderLoad,

    /// <summary>All nodes catch up.</summary>
    Settling,

    /// <summary>What the clients were told is held against what the nodes hold.</summary>
    Auditing,
}
