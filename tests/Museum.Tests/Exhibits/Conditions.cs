using Consensus.Engine;
using Consensus.Raft;
using Consensus.Simulation;
using Consensus.Simulation.Adversaries.Hybrid;
using Consensus.Simulation.Checkers.Hybrid;
using Consensus.Simulation.Clients;
using Consensus.Simulation.Runs;

namespace Consensus.Museum.Tests.Exhibits;

/// <summary>Under what exhibits are shown: what makes a bug likely to matter, and is fine without it.</summary>
internal static class Conditions
{
    /// <summary>Elections are so frequent that messages of several terms are under way at a time, and messages so small that a tail takes several.</summary>
    private static readonly RaftOptions Hasty = SimulationOptions.RaftDefaults with
    {
        ElectionTimeoutMin = TimeSpan.FromMilliseconds(40),
        ElectionTimeoutMax = TimeSpan.FromMilliseconds(90),
        HeartbeatInterval = TimeSpan.FromMilliseconds(12),
        AppendBytesMax = 1024,
    };

    private static readonly ClientSettings Eager = new() { ThinkTime = TimeSpan.FromMilliseconds(10) };

    private static readonly SimulationOptions Usual = new() { Nodes = 3, Duration = TimeSpan.FromSeconds(20), SegmentBytes = 256 * 1024 };

    /// <summary>Crashes, pauses, partitions and lost messages, among five.</summary>
    public static SimulationOptions Rough() => Usual with { Nodes = 5, Faults = Disturbances };

    /// <summary>Leaders come and go, and their messages come late.</summary>
    public static SimulationOptions ManyTerms() => Usual with
    {
        Faults = FaultSet.Of(FaultKind.Crash, FaultKind.Restart, FaultKind.Delay, FaultKind.Partition, FaultKind.Clog, FaultKind.Transfer),
        Protocol = Raft(Hasty),
    };

    /// <summary>There is one client, which waits for its answers: nobody else's commands help it.</summary>
    public static SimulationOptions OneCaller() => Usual with { Clients = 1, Faults = Disturbances };

    /// <summary>
    /// One of three is not heard when it is told to take over: it is in a later term, and others go on in the earlier one. Nothing else makes an election,
    /// which would bring the terms together again.
    /// </summary>
    public static SimulationOptions LostTransfers() => Usual with
    {
        Faults = FaultSet.Of(FaultKind.Transfer),
        Adversary = () => new UnluckyNetwork(losesVotes: true, deafness: TimeSpan.Zero),
        IsUnsafe = true,
    };

    /// <summary>A leader that has told another to take over hears nobody for a while, and so does not learn that it is deposed; many ask it meanwhile.</summary>
    public static SimulationOptions DeafLeaders() => Usual with
    {
        Duration = TimeSpan.FromSeconds(8),
        Clients = 12,
        Client = Eager,
        Faults = FaultSet.Of(FaultKind.Transfer),
        Adversary = () => new UnluckyNetwork(losesVotes: false, deafness: TimeSpan.FromMilliseconds(60)),
        CorruptReplicas = 3,
        IsUnsafe = true,
    };

    /// <summary>Some are heard and hear nobody, or hear it late. The runs are short: it matters how they end.</summary>
    public static SimulationOptions OneWay() => Usual with { Nodes = 7, Duration = TimeSpan.FromSeconds(10), Faults = FaultSet.Of(FaultKind.OneWayPartition, FaultKind.Clog) };

    /// <summary>Flushes take long, and machines crash.</summary>
    public static SimulationOptions SlowDisks() => Usual with
    {
        Duration = TimeSpan.FromSeconds(10),
        Faults = FaultSet.Of(FaultKind.Crash, FaultKind.SlowDisk, FaultKind.Blackout, FaultKind.Partition),
    };

    /// <summary>Flushes fail, and machines crash.</summary>
    public static SimulationOptions FailingFlushes() => Usual with { Faults = FaultSet.Of(FaultKind.FailingFlush, FaultKind.Crash) };

    /// <summary>The log begins new segments often.</summary>
    public static SimulationOptions SmallSegments() => Usual with { SegmentBytes = 64 * 1024, Faults = FaultSet.Of(FaultKind.Crash) };

    /// <summary>Bits change on disks, and processes start again.</summary>
    public static SimulationOptions Rot() => Usual with { Nodes = 5, Faults = FaultSet.Of(FaultKind.BitRot, FaultKind.Restart) };

    /// <summary>A group of one, whose machine crashes.</summary>
    public static SimulationOptions Alone() => Usual with { Nodes = 1, Faults = FaultSet.Of(FaultKind.Crash) };

    /// <summary>Members come and go, and so do leaders, who take long to commit anything.</summary>
    public static SimulationOptions MembershipChanges() => Usual with
    {
        Nodes = 4,
        Duration = TimeSpan.FromSeconds(60),
        Faults = FaultSet.Of(FaultKind.Membership, FaultKind.Delay, FaultKind.Partition, FaultKind.Clog, FaultKind.Transfer, FaultKind.SlowDisk, FaultKind.Restart),
        Protocol = Raft(Hasty),
    };

    /// <summary>Leaders stand still or hear nobody, and what was on its way to them comes later.</summary>
    public static SimulationOptions Pauses() => Usual with
    {
        Client = Eager,
        Faults = FaultSet.Of(FaultKind.Pause, FaultKind.Clog, FaultKind.OneWayPartition),
    };

    /// <summary>Snapshots are so frequent, and logs so short, that whoever lags a little needs one; and messages come twice, late, in another order.</summary>
    public static SimulationOptions Snapshots() => Usual with
    {
        Faults = FaultSet.Of(FaultKind.Duplicate, FaultKind.Delay, FaultKind.Reorder),
        Protocol = Raft(SimulationOptions.RaftDefaults with { TrailingEntries = 2 }),
        Replica = Usual.Replica with { Snapshots = new SnapshotPolicy(5, 256 * 1024) },
    };

    /// <summary>One message fills the window, and messages are lost.</summary>
    public static SimulationOptions SmallWindow() => Usual with
    {
        Duration = TimeSpan.FromSeconds(8),
        Faults = FaultSet.Of(FaultKind.Drop),
        Protocol = Raft(SimulationOptions.RaftDefaults with { InflightMessagesMax = 1 }),
    };

    /// <summary>There is room for fewer sessions than there are clients and replicas.</summary>
    public static SimulationOptions FewSessions() => Usual with { SessionsMax = 4, Faults = Disturbances };

    /// <summary>More commands come than can be handled, and leaders lose their quorum.</summary>
    public static SimulationOptions Crowds() => Usual with { Faults = FaultSet.Of(FaultKind.Overload, FaultKind.Partition, FaultKind.SlowDisk) };

    /// <summary>Four replicas of PBFT whose primaries are replaced often, and in the middle of what they do.</summary>
    public static SimulationOptions ManyViews() => Byzantine(SimulatedProtocol.Pbft);

    /// <summary>The same, and one of them begins views otherwise than it must.</summary>
    public static SimulationOptions ForgedViews() => Byzantine(SimulatedProtocol.Pbft, FaultKind.ForgedViews);

    /// <summary>The same, and one of them says again and again that it has gone to a later view.</summary>
    public static SimulationOptions LuredAway() => ManyViews() with { Adversary = Opportunists.Luring };

    /// <summary>The same, and one of them has gone so far that the others, where they are stuck in different views, need not wait for each other.</summary>
    public static SimulationOptions HurriedOn() => ManyViews() with { Adversary = Opportunists.Hurrying };

    /// <summary>Replicas of PBFT with so many small blocks under way that some are prepared before those ahead of them, and whoever lags a little is soon behind all logs.</summary>
    public static SimulationOptions ManyBlocks() => ManyViews() with
    {
        Clients = 12,
        Client = Eager,
        Protocol = SimulatedProtocol.PbftWith(SimulationOptions.PbftDefaults with { PipelineBlocks = 12, OwnBatchesMax = 8, BlockBytesMax = 1024, BatchBytesMax = 1024 }),
    };

    /// <summary>Four replicas of HotStuff whose leaders are replaced often, and in the middle of what they do.</summary>
    public static SimulationOptions ManyTermsOfHotStuff() => Byzantine(SimulatedProtocol.HotStuff);

    /// <summary>The same with two-chain rules, and one of them says otherwise than it must after which node a term begins.</summary>
    public static SimulationOptions LyingLeaders() => Byzantine(SimulatedProtocol.TwoChainHotStuff, FaultKind.SignedMutation);

    /// <summary>The three-chain rules, and one of them shows certificates as those of another view.</summary>
    public static SimulationOptions WarpedViews() => ManyTermsOfHotStuff() with { Adversary = Opportunists.WarpingViews };

    /// <summary>The same, and one of them shows the first node as one of a later view.</summary>
    public static SimulationOptions RevivedFirst() => ManyTermsOfHotStuff() with { Adversary = Opportunists.RevivingTheFirst };

    /// <summary>Four replicas that go from one engine to another again and again, among late messages, with many callers.</summary>
    public static SimulationOptions ManyEpochs() => Usual with
    {
        Nodes = 4,
        Clients = 12,
        Client = Eager,
        Protocol = SimulatedProtocol.Hybrid,
        Faults = FaultSet.Of(FaultKind.Switch, FaultKind.Crash, FaultKind.Delay, FaultKind.Reorder, FaultKind.Duplicate, FaultKind.Partition),
    };

    /// <summary>Seven that do so: there a majority is less than what two quorums need to share a member who does not lie.</summary>
    public static SimulationOptions ManyEpochsOfSeven() => ManyEpochs() with { Nodes = 7 };

    /// <summary>As among four, and the operator gives each order again when it has been obeyed.</summary>
    public static SimulationOptions RepeatedOrders() => ManyEpochs() with
    {
        Protocol = SimulatedProtocol.Hybrid with { Checkers = static world => [.. HybridCheckers.Of(world), new RepeatingOperator(world)] },
    };

    /// <summary>Four replicas that go from one engine for liars to another.</summary>
    public static SimulationOptions ManySignedEpochs() => ManyEpochs() with { Protocol = SimulatedProtocol.ByzantineHybrid };

    /// <summary>Four replicas in an epoch of Raft, one of which reports of all others that they lie.</summary>
    public static SimulationOptions Slandered() => Usual with
    {
        Nodes = 4,
        Protocol = SimulatedProtocol.Hybrid,
        Faults = FaultSet.Of(FaultKind.Crash, FaultKind.Delay, FaultKind.Partition),
        Adversary = HybridAdversaries.Slandering,
    };

    private static SimulationOptions Byzantine(SimulatedProtocol protocol, params FaultKind[] liars) => Usual with
    {
        Nodes = 4,
        Protocol = protocol,
        Faults = FaultSet.Of([FaultKind.Crash, FaultKind.Restart, FaultKind.Blackout, FaultKind.Pause, FaultKind.Partition, FaultKind.Drop, FaultKind.SlowDisk, .. liars]),
    };

    private static FaultSet Disturbances => FaultSet.Of(FaultKind.Crash, FaultKind.Partition, FaultKind.OneWayPartition, FaultKind.Pause, FaultKind.Drop);

    private static SimulatedProtocol Raft(RaftOptions options) => SimulatedProtocol.Raft with { Create = (_, _) => new RaftEngine(options) };
}
