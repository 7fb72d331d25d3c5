using Consensus.Simulation.Runs;

namespace Consensus.Simulation.Faults;

/// <summary>Makes the faults of each kind.</summary>
internal static class FaultCatalogue
{
    private static readonly Dictionary<FaultKind, Func<World, Fault>> Makers = new()
    {
        [FaultKind.Crash] = world => new CrashFault(world),
        [FaultKind.Amnesia] = world => new AmnesiaFault(world),
        [FaultKind.BitRot] = world => new BitRotFault(world),
        [FaultKind.MisdirectedWrite] = world => new MisdirectedWriteFault(world),
        [FaultKind.FullDisk] = world => new FullDiskFault(world),
        [FaultKind.FailingFlush] = world => new FailingFlushFault(world),
        [FaultKind.SlowDisk] = world => new SlowDiskFault(world),
        [FaultKind.Membership] = world => new MembershipFault(world),
    };

    public static IEnumerable<Fault> Make(World world, IEnumerable<FaultKind> kinds) => kinds.Where(Makers.ContainsKey).Select(kind => Makers[kind](world));
}
