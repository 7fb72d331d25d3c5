using Consensus.Simulation.Runs;

namespace Consensus.Simulation.Checkers;

/// <summary>The checkers of every run.</summary>
internal static class CheckerCatalogue
{
    public static void AddTo(World world)
    {
        world.Add(new ReplicaFailures());
        world.Add(new DurabilityAcrossRestarts(world.Observatory, world.Atlas));
    }
}
