namespace Consensus.Cli.Demo;

/// <summary>What the demo does to its cluster.</summary>
internal enum FaultAction
{
    /// <summary>Kills the node that leads.</summary>
    KillLeader,

    /// <summary>Kills a node that follows.</summary>
    KillFollower,

    /// <summary>Starts the node that was killed, from its folder.</summary>
    Restart,
}
