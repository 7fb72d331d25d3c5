using Consensus.Engine;
using Consensus.HotStuff;
using Consensus.Hybrid;
using Consensus.Raft;
using Consensus.Simulation;

namespace Consensus.Cli.Cluster;

/// <summary>What a cluster in this process is made of.</summary>
internal sealed record LocalClusterOptions
{
    /// <summary>The engine.</summary>
    public required Algorithm Algorithm { get; init; }

    /// <summary>How many nodes.</summary>
    public required int Nodes { get; init; }

    /// <summary>Makes the state machine of a node, as new.</summary>
    public required Func<IStateMachine> CreateMachine { get; init; }

    /// <summary>The folder for the nodes' data; <see langword="null"/> keeps them in memory, where no flush costs anything.</summary>
    public required string? Directory { get; init; }

    /// <summary>Whether the nodes talk through TLS, each with a certificate.</summary>
    public bool Tls { get; init; }

    /// <summary>The settings of Raft, if that is the engine.</summary>
    public RaftOptions Raft { get; init; } = new();

    /// <summary>The settings of HotStuff, if that is the engine.</summary>
    public HotStuffOptions HotStuff { get; init; } = new();

    /// <summary>How a hybrid takes what its nodes see of each other.</summary>
    public ThreatOptions Threat { get; init; } = new();

    /// <summary>When a hybrid may go back to Raft.</summary>
    public EscalationOptions Escalation { get; init; } = new();

    /// <summary>What the last node of a hybrid lies, if anything.</summary>
    public HybridLies? Lies { get; init; }

    /// <summary>The settings of each replica.</summary>
    public ReplicaOptions Replica { get; init; } = new();
}
