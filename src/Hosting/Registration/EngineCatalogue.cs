using Consensus.Engine;

namespace Consensus.Hosting;

/// <summary>The engines that are registered in this process.</summary>
internal sealed class EngineCatalogue
{
    private readonly Dictionary<string, EngineRegistration> _engines = new(StringComparer.OrdinalIgnoreCase);

    public EngineCatalogue(IEnumerable<EngineRegistration> registrations)
    {
        foreach (var registration in registrations)
        {
            _engines[registration.Name] = registration;
        }
    }

    /// <summary>The known names in alphabetical order.</summary>
    public IEnumerable<string> Names => _engines.Keys.Order(StringComparer.OrdinalIgnoreCase);

    public bool Knows(string name) => _engines.ContainsKey(name);

    /// <summary>Whether an engine is known, and tolerates Byzantine faults.</summary>
    public bool ToleratesByzantineFaults(string name) => _engines.TryGetValue(name, out var engine) && engine.ToleratesByzantineFaults;

    /// <summary>Whether an engine is known, and its members sign: they need keys, and there are at least four of them.</summary>
    public bool Signs(string name) => _engines.TryGetValue(name, out var engine) && engine.Signs;

    /// <summary>What a group's settings of its engine demand of the parts around it; those of an engine that is not known, as if it were Raft.</summary>
    public EngineDemands DemandsOf(ConsensusOptions options) =>
        _engines.TryGetValue(options.EngineName, out var engine) ? engine.Demands(options) : EngineDemands.OfRaft(options);

    /// <summary>What a data folder of the group is marked with, beside the engine's name: what its engine cannot go on without.</summary>
    public string? MarkOf(ConsensusOptions options) => _engines[options.EngineName].Mark(options);

    /// <summary>Makes the engine that a group's settings name.</summary>
    public IEngine Create(IServiceProvider services, ConsensusOptions options) => _engines[options.EngineName].Create(services, options);
}
