using Consensus.Engine;
using Consensus.Raft;
using Consensus.Simulation;
using Consensus.Simulation.Clients;
using Consensus.Simulation.Runs;

namespace Consensus.Museum.Tests.Exhibits;

/// <summary>Under what exhibits are shown: what makes a bug likely to matter, and is fine without it.</summary>
internal static class Conditions
{
    private static readonly FaultSet Ordinary = FaultSet.Of(FaultKind.Crash, FaultKind.Partition, FaultKind.OneWayPartition, FaultKind.Pause, FaultKind.Drop);

    /// <summary>Crashes, partitions, pauses.</summary>
    public static SimulationOptions Rough() => Base with { Faults = Ordinary };

    public static SimulationOptions ManyTerms() => Base with { Nodes = 3, Faults = FaultSet.Of(FaultKind.Crash, FaultKind.Restart, FaultKind.Delay, FaultKind.Partition, FaultKind.Clog, FaultKind.Transfer), Engine = Raft(Hasty) };

    public static SimulationOptions FewCallers() => Base with { Nodes = 3, Clients = 1, Faults = Ordinary };

    public static SimulationOptions SplitThree() => Base with { Nodes = 3, Faults = FaultSet.Of(FaultKind.Transfer, FaultKind.Drop, FaultKind.Crash) };

    public static SimulationOptions Bridges() => Base with { Duration = TimeSpan.FromSeconds(4), Faults = FaultSet.Of(FaultKind.OneWayPartition) };

    public static SimulationOptions SlowDisks() => Base with { Duration = TimeSpan.FromSeconds(10), Nodes = 3, Faults = FaultSet.Of(FaultKind.Crash, FaultKind.SlowDisk, FaultKind.Blackout, FaultKind.Partition) };

    public static SimulationOptions SlowDisksManyElections() => SlowDisks();

    public static SimulationOptions FailingFlushes() => Base with { Nodes = 3, Faults = FaultSet.Of(FaultKind.FailingFlush, FaultKind.Crash) };

    public static SimulationOptions SmallSegments() => Base with { Nodes = 3, SegmentBytes = 64 * 1024, Faults = FaultSet.Of(FaultKind.Crash) };

    public static SimulationOptions Rot() => Base with { Faults = FaultSet.Of(FaultKind.BitRot, FaultKind.Restart) };

    public static SimulationOptions Alone() => Base with { Nodes = 1, Faults = FaultSet.Of(FaultKind.Crash) };

    public static SimulationOptions MembershipChanges() => Base with { Nodes = 4, Faults = FaultSet.Of(FaultKind.Membership, FaultKind.Delay, FaultKind.Partition, FaultKind.Transfer), Engine = Raft(Hasty) };

    public static SimulationOptions Leases() => Base with
    {
        Nodes = 3,
        Client = new ClientSettings { ThinkTime = TimeSpan.FromMilliseconds(10) },
        Faults = FaultSet.Of(FaultKind.Delay, FaultKind.Clog, FaultKind.OneWayPartition, FaultKind.Pause),
        Engine = Raft(SimulationOptions.RaftDefaults with { Reads = ReadMode.Lease }),
    };

    public static SimulationOptions Pauses() => Base with
    {
        Nodes = 3,
        Client = new ClientSettings { ThinkTime = TimeSpan.FromMilliseconds(10) },
        Faults = FaultSet.Of(FaultKind.Pause, FaultKind.Clog, FaultKind.OneWayPartition),
    };

    public static SimulationOptions Snapshots() => Base with
    {
        Nodes = 3,
        Faults = FaultSet.Of(FaultKind.Duplicate, FaultKind.Delay, FaultKind.Reorder),
        Engine = Raft(SimulationOptions.RaftDefaults with { TrailingEntries = 2 }),
        Replica = Frequent,
    };

    public static SimulationOptions SmallWindow() => Base with { Nodes = 3, Duration = TimeSpan.FromSeconds(8), Faults = FaultSet.Of(FaultKind.Drop), Engine = Raft(SimulationOptions.RaftDefaults with { InflightMessagesMax = 1 }) };

    public static SimulationOptions FewSessions() => Base with { Nodes = 3, SessionsMax = 4, Faults = Ordinary };

    /// <summary>Elections are so frequent that messages of several terms are under way at a time, and messages so small that a tail takes several.</summary>
    private static RaftOptions Hasty => SimulationOptions.RaftDefaults with
    {
        ElectionTimeoutMin = TimeSpan.FromMilliseconds(40),
        ElectionTimeoutMax = TimeSpan.FromMilliseconds(90),
        HeartbeatInterval = TimeSpan.FromMilliseconds(12),
        AppendBytesMax = 1024,
    };

    /// <summary>Snapshots are taken so often that most who were away need one.</summary>
    private static ReplicaOptions Frequent => new SimulationOptions().Replica with { Snapshots = new SnapshotPolicy(5, 256 * 1024) };

    private static SimulationOptions Base => new() { Duration = TimeSpan.FromSeconds(20) };

    private static Func<IEngine> Raft(RaftOptions options) => () => new RaftEngine(options);
}
