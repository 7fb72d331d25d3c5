using Consensus.Engine;

namespace Consensus.Hosting;

/// <summary>An engine that configurations can choose by its name. Registered as a singleton; the last one of a name counts.</summary>
/// <param name="Name">The name under <c>Consensus:Algorithm</c>; case does not matter.</param>
/// <param name="Create">Makes the engine for one group.</param>
public sealed record EngineRegistration(string Name, Func<IServiceProvider, ConsensusOptions, IEngine> Create)
{
    /// <summary>Whether it is safe although some members do as they please. Such an engine signs: its members need keys, and there are at least four of them.</summary>
    /// <value>False: members may crash, and do as they should until then.</value>
    public bool ToleratesByzantineFaults { get; init; }

    /// <summary>Whether its members sign.</summary>
    internal bool Signs => ToleratesByzantineFaults || SignsAlways;

    /// <summary>Whether its members sign although it does not always tolerate Byzantine faults.</summary>
    internal bool SignsAlways { get; init; }

    /// <summary>What a data folder is marked with beside the name of the engine. Whoever comes with another mark does not get to use it.</summary>
    internal Func<ConsensusOptions, string?> Mark { get; init; } = static _ => null;

    /// <summary>What its settings demand of log and transport. An engine of somebody else's is taken for one that has no more under way than Raft.</summary>
    internal Func<ConsensusOptions, EngineDemands> Demands { get; init; } = EngineDemands.OfRaft;
}
