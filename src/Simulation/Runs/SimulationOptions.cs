using Consensus.Engine;
using Consensus.HotStuff;
using Consensus.Hybrid;
using Consensus.Pbft;
using Consensus.Raft;
using Consensus.Replication.KeyValue;
using Consensus.Simulation.Clients;
using Consensus.Storage.Log;

namespace Consensus.Simulation.Runs;

/// <summary>What a run is made of, its seed aside.</summary>
internal sealed record SimulationOptions
{
    /// <summary>How many members the group has from the beginning.</summary>
    public int Nodes { get; init; } = 5;

    /// <summary>How long faults and load last, in virtual time.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Which faults there may be. Those that the protocol does not promise to survive are left out.</summary>
    public FaultSet Faults { get; init; } = FaultSet.All;

    /// <summary>Those that there may be, and that the protocol takes part in.</summary>
    public FaultSet FaultsOfProtocol => Faults.Intersect(Protocol.Survives);

    /// <summary>Whether faults may destroy more than the engine promises to survive.</summary>
    public bool IsUnsafe { get; init; }

    /// <summary>By how much the rates of two nodes' clocks differ at most, as a fraction: what the engine was told to expect.</summary>
    public double ClockDriftMax { get; init; } = RaftDefaults.ClockDriftMax;

    /// <summary>Makes the adversary of one run; <see langword="null"/> if all replicas are honest.</summary>
    public Func<IAdversary>? Adversary { get; init; }

    /// <summary>How many replicas the adversary controls; which ones is drawn from the seed.</summary>
    public int CorruptReplicas { get; init; } = 1;

    /// <summary>Whose complaints end a run, by the checkers' names: everybody's.</summary>
    public Predicate<string> HearsChecker { get; init; } = static _ => true;

    /// <summary>How many clients call.</summary>
    public int Clients { get; init; } = 6;

    /// <summary>How they behave; every second one keeps a session.</summary>
    public ClientSettings Client { get; init; } = new();

    /// <summary>What the replicas run.</summary>
    public SimulatedProtocol Protocol { get; init; } = SimulatedProtocol.Raft;

    /// <summary>Whether leaders answer reads without a round, as long as their leases last.</summary>
    public bool HasLeases { get; init; }

    /// <summary>What a replica gets as its write-ahead log, made from the one on its disk: itself, or one that misbehaves.</summary>
    public Func<IWriteAheadLog, IWriteAheadLog> Log { get; init; } = static log => log;

    /// <summary>Makes the state machine of one replica, as new.</summary>
    public Func<IStateMachine> StateMachine { get; init; } = static () => new KeyValueStateMachine();

    /// <summary>Makes what the clients of one run do.</summary>
    public Func<IWorkload> Workload { get; init; } = static () => new RegisterWorkload();

    /// <summary>The replicas' settings.</summary>
    public ReplicaOptions Replica { get; init; } = new()
    {
        CommandBytesMax = 32 * 1024,
        OperationTimeout = TimeSpan.FromSeconds(2),
        ControlTimeout = TimeSpan.FromSeconds(10),
        RetryInterval = TimeSpan.FromMilliseconds(500),
        CommandsInFlightMax = 256,
        QueuedOperationsMax = 2048,
        ReceivedBytesMax = 1024 * 1024,
        Snapshots = new SnapshotPolicy(200, 256 * 1024),
    };

    /// <summary>
    /// The size of a segment of the write-ahead log; <see langword="null"/> draws it from the seed: in half of the runs so large that the reserve holds
    /// all that may wait for the disk (<see cref="WriteAheadLogOptions.ReserveBytes"/>), in the others smaller, so that a full disk exhausts it.
    /// </summary>
    public int? SegmentBytes { get; init; }

    /// <summary>How many sessions a group keeps.</summary>
    public int SessionsMax { get; init; } = 64;

    /// <summary>Raft's settings: production's times, and small bounds, so that they are reached.</summary>
    public static RaftOptions RaftDefaults { get; } = new()
    {
        TrailingEntries = 100,
        AppendBytesMax = 8 * 1024,
        InflightMessagesMax = 16,
        InflightBytesMax = 64 * 1024,
        UncommittedBytesMax = 64 * 1024,
        SnapshotChunkBytes = 4 * 1024,
    };

    /// <summary>PBFT's settings: production's times, and small bounds, so that they are reached.</summary>
    public static PbftOptions PbftDefaults { get; } = new()
    {
        // A healed group is given 20 s: the last wait that began before must end in them.
        ViewTimeoutMax = TimeSpan.FromSeconds(4),
        CheckpointBlocks = 8,
        WindowBlocks = 32,
        BlockBytesMax = 8 * 1024,
        BatchBytesMax = 4 * 1024,
        CommandBytesMax = 32 * 1024,
        PooledBytesMax = 64 * 1024,
        TrailingBlocks = 16,
        CatchUpBytes = 16 * 1024,
    };

    /// <summary>HotStuff's settings: production's times, and small bounds, so that they are reached.</summary>
    public static HotStuffOptions HotStuffDefaults { get; } = new()
    {
        ViewTimeoutMax = PbftDefaults.ViewTimeoutMax,
        CheckpointBlocks = PbftDefaults.CheckpointBlocks,
        WindowBlocks = PbftDefaults.WindowBlocks,
        BlockBytesMax = PbftDefaults.BlockBytesMax,
        BatchBytesMax = PbftDefaults.BatchBytesMax,
        CommandBytesMax = PbftDefaults.CommandBytesMax,
        PooledBytesMax = PbftDefaults.PooledBytesMax,
        TrailingBlocks = PbftDefaults.TrailingBlocks,
        CatchUpBytes = PbftDefaults.CatchUpBytes,
        TermViews = 64,
        PenaltyRotations = 2,
    };

    /// <summary>The hybrid's settings: those of its engines.</summary>
    public static HybridOptions HybridDefaults { get; } = new()
    {
        Raft = RaftDefaults,
        Pbft = PbftDefaults,
        HotStuff = HotStuffDefaults,
        CheckpointEntries = 32,
        Threat = new ThreatOptions { Window = TimeSpan.FromSeconds(5) },
        Escalation = new EscalationOptions { MinimumStay = TimeSpan.FromSeconds(1), QuietPeriod = TimeSpan.FromSeconds(2), SwitchesPerHourMax = 60 },
    };

    private static RaftOptions RaftWithLeases { get; } = RaftDefaults with { Reads = ReadMode.Lease };

    /// <summary>The same with leases.</summary>
    public SimulationOptions WithLeases() => this with { Protocol = SimulatedProtocol.Raft with { Create = static (_, _) => new RaftEngine(RaftWithLeases) }, HasLeases = true };
}
