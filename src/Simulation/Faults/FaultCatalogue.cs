using Consensus.Simulation.Runs;

namespace Consensus.Simulation.Faults;

/// <summary>Makes the faults of each kind.</summary>
internal static class FaultCatalogue
{
    private static readonly Dictionary<FaultKind, Func<World, Fault>> Makers = new()
    {
        [FaultKind.Crash] = world => new CrashFault(world),
    };

    public static IEnumerable<Fault> Make(World world, IEnumerable<FaultKind> kinds) => kinds.Where(Makers.ContainsKey).Select(kind => Makers[kind](world));
}
