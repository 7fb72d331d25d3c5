using Consensus.Simulation.Runs;

namespace Consensus.Simulation.Faults;

/// <summary>Makes the faults of each kind.</summary>
internal static class FaultCatalogue
{
    private static readonly Dictionary<FaultKind, Func<World, Fault>> Makers = new()
    {
        [FaultKind.Drop] = world => new DropFault(world),
        [FaultKind.Duplicate] = world => new DuplicateFault(world),
        [FaultKind.Reorder] = world => new ReorderFault(world),
        [FaultKind.Delay] = world => new DelayFault(world),
        [FaultKind.Clog] = world => new ClogFault(world),
        [FaultKind.Partition] = world => new PartitionFault(world),
        [FaultKind.OneWayPartition] = world => new OneWayPartitionFault(world),
        [FaultKind.Bridge] = world => new BridgeFault(world),
        [FaultKind.Crash] = world => new CrashFault(world),
        [FaultKind.Amnesia] = world => new AmnesiaFault(world),
        [FaultKind.BitRot] = world => new BitRotFault(world),
        [FaultKind.MisdirectedWrite] = world => new MisdirectedWriteFault(world),
        [FaultKind.FullDisk] = world => new FullDiskFault(world),
        [FaultKind.FailingFlush] = world => new FailingFlushFault(world),
        [FaultKind.SlowDisk] = world => new SlowDiskFault(world),
        [FaultKind.Membership] = world => new MembershipFault(world),
        [FaultKind.Restart] = world => new RestartFault(world),
        [FaultKind.Blackout] = world => new BlackoutFault(world),
        [FaultKind.Pause] = world => new PauseFault(world),
        [FaultKind.SlowApply] = world => new SlowApplyFault(world),
        [FaultKind.Skew] = world => new SkewFault(world),
        [FaultKind.Drift] = world => new DriftFault(world),
        [FaultKind.Jump] = world => new JumpFault(world),
        [FaultKind.Transfer] = world => new TransferFault(world),
        [FaultKind.Switch] = world => new SwitchFault(world),
        [FaultKind.Overload] = world => new OverloadFault(world),
        [FaultKind.ClientChurn] = world => new ClientChurnFault(world),
        [FaultKind.Silence] = static world => new AdversaryFault(world, FaultKind.Silence, static () => new SilentAdversary()),
        [FaultKind.SelectiveSilence] = static world => new AdversaryFault(world, FaultKind.SelectiveSilence, static () => new SelectiveAdversary()),
        [FaultKind.Slowness] = static world => new AdversaryFault(world, FaultKind.Slowness, static () => new SlowAdversary()),
        [FaultKind.Replay] = static world => new AdversaryFault(world, FaultKind.Replay, static () => new ReplayingAdversary()),
        [FaultKind.Mutation] = static world => new AdversaryFault(world, FaultKind.Mutation, static () => new MutatingAdversary()),
        [FaultKind.Twins] = static world => new TwinsFault(world),
        [FaultKind.LateRelease] = static world => new AdversaryFault(world, FaultKind.LateRelease, static () => new LateReleaseAdversary()),
    };

    public static IEnumerable<Fault> Make(World world, IEnumerable<FaultKind> kinds) => kinds.Select(kind => Makers.TryGetValue(kind, out var make)
        ? make(world)
        : new AdversaryFault(world, kind, world.Options.Protocol.Adversaries[kind]));
}
