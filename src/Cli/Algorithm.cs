using Consensus.Byzantine;
using Consensus.Cli.Cluster;
using Consensus.Engine;

namespace Consensus.Cli;

/// <summary>An engine that the tool can start, and what clusters it may have.</summary>
/// <param name="Name">Its name, as configurations have it.</param>
internal sealed record Algorithm(string Name)
{
    /// <summary>How many nodes a cluster has at least.</summary>
    public int NodesMin { get; init; } = 1;

    /// <summary>How many nodes it has unless it is said.</summary>
    public int NodesDefault { get; init; } = 3;

    /// <summary>With how many nodes the demo shows it: so many that one may fail.</summary>
    public IReadOnlyList<int> DemoSizes { get; init; } = [3, 5, 7];

    /// <summary>With how many nodes it is measured.</summary>
    public IReadOnlyList<int> BenchSizes { get; init; } = [1, 3, 4, 5, 7];

    /// <summary>Whether its nodes sign, and so need keys.</summary>
    public bool Signs { get; init; }

    /// <summary>Whether its engine is changed at an operator's word, who has a key.</summary>
    public bool HasOperator { get; init; }

    /// <summary>Whether all of a log is committed when nothing is under way. The last blocks of a chain never are: the next ones commit them.</summary>
    public bool CommitsWholeLog { get; init; } = true;

    /// <summary>Makes the engine of a node in this process. The keys are to be asked for only if it signs.</summary>
    public required Func<LocalClusterOptions, Func<LocalIdentities>, NodeId, IEngine> CreateEngine { get; init; }

    /// <summary>An engine that tolerates f faulty nodes of 3f+1, whatever they do.</summary>
    /// <param name="name">Its name, as configurations have it.</param>
    /// <param name="create">Makes the engine of a node in this process.</param>
    public static Algorithm Byzantine(string name, Func<LocalClusterOptions, ByzantineIdentity, IEngine> create) => new(name)
    {
        NodesMin = 4,
        NodesDefault = 4,
        DemoSizes = [4, 7, 10],
        BenchSizes = [4, 7, 10],
        Signs = true,
        CreateEngine = (options, identities, node) => create(options, identities().Of(node)),
    };
}
