using Consensus.Cli.Cluster;
using Consensus.Engine;
using Consensus.HotStuff;
using Consensus.Hybrid;
using Consensus.Pbft;
using Consensus.Raft;
using Consensus.Simulation;

namespace Consensus.Cli;

/// <summary>The engines that the tool can start.</summary>
internal static class Algorithms
{
    /// <summary>Crash faults only; a majority must be up.</summary>
    public const string Raft = "raft";

    /// <summary>Byzantine faults of fewer than a third; more than two thirds must be up.</summary>
    public const string Pbft = "pbft";

    /// <summary>The same faults with fewer messages, and more rounds.</summary>
    public const string HotStuff = "hotstuff";

    /// <summary>Raft at first, and at an operator's word another one of the three.</summary>
    public const string Hybrid = "hybrid";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Algorithm> All { get; } =
    [
        new(Raft) { CreateEngine = static (options, _, _) => new RaftEngine(options.Raft) },
        Algorithm.Byzantine(Pbft, static (_, identity) => new PbftEngine(new PbftOptions(), identity)),
        Algorithm.Byzantine(HotStuff, static (options, identity) => new HotStuffEngine(options.HotStuff, identity)) with { CommitsWholeLog = false },
        new(Hybrid)
        {
            NodesMin = 4,
            NodesDefault = 4,
            DemoSizes = [4, 7, 10],
            BenchSizes = [4, 7, 10],
            Signs = true,
            HasOperator = true,
            CommitsWholeLog = false,
            CreateEngine = static (options, identities, node) => CreateHybrid(options, identities(), node),
        },
    ];

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(algorithm => algorithm.Name)];

    /// <summary>The one of a name.</summary>
    public static Algorithm Of(string name) => All.Single(algorithm => algorithm.Name == name);

    /// <summary>The one of a name, as a configuration that somebody wrote has it; <see langword="null"/> if the tool does not know it.</summary>
    public static Algorithm? Find(string? name) => All.FirstOrDefault(algorithm => algorithm.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static IEngine CreateHybrid(LocalClusterOptions options, LocalIdentities identities, NodeId node)
    {
        var identity = identities.OfEpochs(node);
        var settings = new HybridOptions { Raft = options.Raft, HotStuff = options.HotStuff, Threat = options.Threat, Escalation = options.Escalation };
        var engine = new HybridEngine(identities.FirstEpoch(EpochProtocol.Raft), settings, identity);
        return options.Lies is { } lies && node.Value == options.Nodes ? new LyingHybridEngine(engine, identity, lies) : engine;
    }
}
