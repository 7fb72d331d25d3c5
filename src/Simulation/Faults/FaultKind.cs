namespace Consensus.Simulation;

/// <summary>One kind of fault. Each is drawn from a generator of its own, and may be left out.</summary>
/// <param name="Name">The name on command lines and in reports.</param>
/// <param name="Description">What it does.</param>
/// <param name="NodesMin">The smallest group that it can happen to, and that survives it.</param>
public sealed record FaultKind(string Name, string Description, int NodesMin = 1)
{
    private const double Seldom = 0.15;

    /// <summary>Of lies that cost little there are few kinds.</summary>
    private const double SometimesLies = 0.3;

    /// <summary>Messages are lost.</summary>
    public static FaultKind Drop { get; } = new("drop", "messages are lost");

    /// <summary>Messages arrive twice.</summary>
    public static FaultKind Duplicate { get; } = new("duplicate", "messages arrive twice");

    /// <summary>Messages overtake each other.</summary>
    public static FaultKind Reorder { get; } = new("reorder", "messages overtake each other");

    /// <summary>Messages take long.</summary>
    public static FaultKind Delay { get; } = new("delay", "messages take long, and those behind them too");

    /// <summary>A link keeps everything for a while, and then delivers it at once.</summary>
    public static FaultKind Clog { get; } = new("clog", "a link keeps everything for a while, then delivers it at once", NodesMin: 2);

    /// <summary>The nodes fall into two groups that do not hear each other.</summary>
    public static FaultKind Partition { get; } = new("partition", "two groups of nodes do not hear each other", NodesMin: 2);

    /// <summary>One group of nodes does not hear the other, which hears it.</summary>
    public static FaultKind OneWayPartition { get; } = new("one-way", "one group of nodes does not hear the other, which hears it", NodesMin: 2);

    /// <summary>Two groups of nodes hear each other only through one node.</summary>
    public static FaultKind Bridge { get; } = new("bridge", "two groups of nodes share one node, and do not hear each other", NodesMin: 3);

    /// <summary>A machine crashes, anywhere, and comes back.</summary>
    public static FaultKind Crash { get; } = new("crash", "a machine crashes at any effect, and comes back; unflushed writes are lost, kept or torn");

    /// <summary>A process is killed or stopped, and started again.</summary>
    public static FaultKind Restart { get; } = new("restart", "a process is killed or stopped, and started again");

    /// <summary>All machines crash at the same moment.</summary>
    public static FaultKind Blackout { get; } = new("blackout", "all machines crash at the same moment");

    /// <summary>A process stands still for a while.</summary>
    public static FaultKind Pause { get; } = new("pause", "a process stands still for a while");

    /// <summary>A disk is lost; its node is removed, and a new one takes its place.</summary>
    public static FaultKind Amnesia { get; } = new("amnesia", "a disk is lost; its node is removed and a new one added", NodesMin: 3);

    /// <summary>Bits change on a disk at rest.</summary>
    public static FaultKind BitRot { get; } = new("bit-rot", "bits change on a disk", NodesMin: 3);

    /// <summary>A write goes to the wrong place.</summary>
    public static FaultKind MisdirectedWrite { get; } = new("misdirected-write", "a write goes to the wrong place", NodesMin: 3);

    /// <summary>A disk is full for a while.</summary>
    public static FaultKind FullDisk { get; } = new("full-disk", "a disk is full for a while");

    /// <summary>A flush fails.</summary>
    public static FaultKind FailingFlush { get; } = new("failing-flush", "a flush fails, and what it was to flush is lost");

    /// <summary>A disk is slow for a while.</summary>
    public static FaultKind SlowDisk { get; } = new("slow-disk", "a disk is slow for a while");

    /// <summary>A state machine is slow for a while.</summary>
    public static FaultKind SlowApply { get; } = new("slow-apply", "a state machine is slow for a while");

    /// <summary>A wall clock is wrong.</summary>
    public static FaultKind Skew { get; } = new("skew", "a wall clock is wrong");

    /// <summary>Clocks run at different rates.</summary>
    public static FaultKind Drift { get; } = new("drift", "clocks run at different rates");

    /// <summary>A wall clock jumps, forwards or backwards.</summary>
    public static FaultKind Jump { get; } = new("jump", "a wall clock jumps forwards or backwards");

    /// <summary>Members are added, promoted and removed.</summary>
    public static FaultKind Membership { get; } = new("membership", "members are added, promoted and removed");

    /// <summary>Leadership is handed over.</summary>
    public static FaultKind Transfer { get; } = new("transfer", "leadership is handed over", NodesMin: 2);

    /// <summary>An operator orders another engine. For protocols that can have another one, and for no others.</summary>
    public static FaultKind Switch { get; } = new("switch", "an operator orders another engine, or the same anew") { TakesPart = 1 };

    /// <summary>Far more commands come than can be handled.</summary>
    public static FaultKind Overload { get; } = new("overload", "more commands come than can be handled");

    /// <summary>Clients vanish, and others come.</summary>
    public static FaultKind ClientChurn { get; } = new("client-churn", "clients vanish, and others come");

    /// <summary>A Byzantine replica says nothing any more.</summary>
    public static FaultKind Silence { get; } = new("silent", "a Byzantine replica hears everything and says nothing");

    /// <summary>A Byzantine replica speaks to some peers only.</summary>
    public static FaultKind SelectiveSilence { get; } = new("selective", "a Byzantine replica says nothing to some of the others, and withholds some kinds of messages");

    /// <summary>A Byzantine replica says everything late.</summary>
    public static FaultKind Slowness { get; } = new("slow", "a Byzantine replica says everything late");

    /// <summary>A Byzantine replica says again what it said or heard before.</summary>
    public static FaultKind Replay { get; } = new("replay", "a Byzantine replica says again what it, or somebody else, said before");

    /// <summary>A Byzantine replica's messages are altered.</summary>
    public static FaultKind Mutation { get; } = new("mutate", "bytes of a Byzantine replica's messages are changed");

    /// <summary>Two replicas have one identity.</summary>
    public static FaultKind Twins { get; } = new("twins", "two replicas have one identity and one key, and each speaks to a part of the others");

    /// <summary>A Byzantine replica keeps its messages back, and releases them after later ones.</summary>
    public static FaultKind LateRelease { get; } = new("late-release", "a Byzantine replica keeps messages back, and releases them after later ones") { TakesPart = Seldom };

    /// <summary>A Byzantine replica says different things to different peers, and agrees with everybody.</summary>
    public static FaultKind Equivocation { get; } = new("equivocate", "a Byzantine replica proposes different things to different peers, and votes for whatever it is told") { TakesPart = Seldom };

    /// <summary>A Byzantine replica keeps its votes, or the certificates that it makes of others' votes, to itself.</summary>
    public static FaultKind Withholding { get; } = new("withhold", "a Byzantine replica keeps its votes, certificates, or both to itself") { TakesPart = Seldom };

    /// <summary>A Byzantine replica begins views that it may not begin, and leaves for views far away.</summary>
    public static FaultKind ForgedViews { get; } = new("forged-views", "a Byzantine replica begins views otherwise than it must, and speaks of views far away") { TakesPart = Seldom };

    /// <summary>A Byzantine replica's certificates name a signer several times.</summary>
    public static FaultKind DuplicateSigners { get; } = new("duplicate-signers", "a Byzantine replica's certificates name one signer several times") { TakesPart = Seldom };

    /// <summary>A Byzantine replica sends certificates of long ago.</summary>
    public static FaultKind StaleCertificates { get; } = new("stale-certificates", "a Byzantine replica sends certificates of long ago") { TakesPart = Seldom };

    /// <summary>A Byzantine replica changes what it says, and signs it.</summary>
    public static FaultKind SignedMutation { get; } = new("signed-mutation", "what a Byzantine replica says is changed, and signed anew") { TakesPart = Seldom };

    /// <summary>A Byzantine leader proposes as late as it can without being replaced.</summary>
    public static FaultKind SlowLeader { get; } = new("slow-leader", "a Byzantine leader proposes just before it would be replaced") { TakesPart = Seldom };

    /// <summary>A Byzantine replica says that its state is another.</summary>
    public static FaultKind WrongState { get; } = new("wrong-state", "a Byzantine replica says at checkpoints that its state is another") { TakesPart = Seldom };

    /// <summary>A Byzantine replica shows those who are behind snapshots that are none.</summary>
    public static FaultKind LyingSnapshots { get; } = new("lying-snapshots", "a Byzantine replica offers snapshots of a wrong state, with wrong certificates or wrong parts") { TakesPart = Seldom };

    /// <summary>A Byzantine replica reports of everybody that he lies.</summary>
    public static FaultKind Slander { get; } = new("slander", "a Byzantine replica reports of all others that they lie") { TakesPart = SometimesLies };

    /// <summary>A Byzantine replica sends signatures that are none.</summary>
    public static FaultKind BadSignatures { get; } = new("bad-signatures", "a Byzantine replica sends what is signed by nobody") { TakesPart = SometimesLies };

    /// <summary>A Byzantine replica signs two statements that contradict each other.</summary>
    public static FaultKind DoubleStatements { get; } = new("double-statements", "a Byzantine replica shows that it has signed two things that contradict each other") { TakesPart = SometimesLies };

    /// <summary>Every kind that machines, networks, clocks and callers have, in the order in which they are listed.</summary>
    public static IReadOnlyList<FaultKind> All { get; } =
    [
        Drop, Duplicate, Reorder, Delay, Clog, Partition, OneWayPartition, Bridge,
        Crash, Restart, Blackout, Pause, Amnesia,
        BitRot, MisdirectedWrite, FullDisk, FailingFlush, SlowDisk, SlowApply,
        Skew, Drift, Jump,
        Membership, Transfer, Overload, ClientChurn,
    ];

    /// <summary>Every kind of replica that lies and needs to know nothing of the protocol: for protocols that survive some (<see cref="FaultModel.Byzantine"/>), and for no others.</summary>
    public static IReadOnlyList<FaultKind> Byzantine { get; } = [Silence, SelectiveSilence, Slowness, Replay, Mutation, Twins, LateRelease];

    /// <summary>See the description.</summary>
    public static FaultKind ForgedSnapshots { get; } = new("forged-snapshots", "a Byzantine replica that leads sends a state that it has made up") { TakesPart = SometimesLies };

    /// <summary>A Byzantine replica alters what it passes on.</summary>
    public static FaultKind AlteredEntries { get; } = new("altered-entries", "a Byzantine replica alters entries and parts of states that others ask it for, and as leader says what its log does not") { TakesPart = SometimesLies };

    /// <summary>Every kind of replica that lies and knows the protocol, for protocols that have scripts for it (<see cref="SimulatedProtocol.Adversaries"/>).</summary>
    public static IReadOnlyList<FaultKind> Scripted { get; } =
        [Equivocation, Withholding, ForgedViews, DuplicateSigners, StaleCertificates, SignedMutation, SlowLeader, WrongState, LyingSnapshots, Slander, BadSignatures, DoubleStatements, ForgedSnapshots, AlteredEntries];

    /// <summary>
    /// How likely an allowed kind takes part in a run: with all kinds always, none has a chance to show what it does alone. Of the many kinds that share the few replicas
    /// which may lie, each takes part seldom: whoever strikes first keeps his place, and lost disks are to have one too.
    /// </summary>
    internal double TakesPart { get; init; } = 0.5;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
