namespace Consensus.Cli.Setup;

/// <summary>The hybrid's section of a node's configuration file, as far as it is the same on all nodes: the identity of the group's first epoch follows from most of it.</summary>
/// <param name="OperatorKeys">The public keys of those who may change the engine.</param>
/// <param name="Start">The engine that the group begins with; left out where it is the usual one.</param>
/// <param name="CheckpointEntries">After how many entries states are compared; left out where it is as usual.</param>
internal sealed record NodeHybrid(IReadOnlyList<string> OperatorKeys, string? Start = null, int? CheckpointEntries = null)
{
    /// <summary>The engine that follows Raft if members lie; left out where it is the usual one.</summary>
    public string? EscalationTarget { get; init; }

    /// <summary>Whether commands change the engine; left out where it is as usual.</summary>
    public bool? EscalatesForCommands { get; init; }

    /// <summary>Whether the group goes back to Raft by itself; left out where it is as usual.</summary>
    public bool? ReturnsAlone { get; init; }
}
