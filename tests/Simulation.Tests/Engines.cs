using Consensus.Engine;
using Consensus.Raft;
using Consensus.Simulation.Runs;

namespace Consensus.Simulation.Tests;

/// <summary>Engines beside the one that a run has by itself.</summary>
internal static class Engines
{
    private static readonly RaftOptions Leases = SimulationOptions.RaftDefaults with { Reads = ReadMode.Lease };

    /// <summary>Raft whose leaders answer reads without a round, as long as their leases last.</summary>
    public static IEngine RaftWithLeases() => new RaftEngine(Leases);
}
