using System.Collections.Immutable;
using Consensus.Byzantine;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Hybrid;
using Consensus.Simulation.Adversaries.HotStuff;
using Consensus.Simulation.Adversaries.Hybrid;
using Consensus.Simulation.Adversaries.Pbft;
using Consensus.Simulation.Checkers;
using Consensus.Simulation.Checkers.HotStuff;
using Consensus.Simulation.Checkers.Hybrid;
using Consensus.Simulation.Checkers.Pbft;
using Consensus.Simulation.Checkers.Raft;
using Consensus.Simulation.Runs;

namespace Consensus.Simulation;

/// <summary>
/// A protocol as the simulator runs it: how to make a replica's engine, what it promises to survive, how many of its voters decide, and what must
/// hold for it beyond what holds for every protocol that orders commands.
/// </summary>
/// <example>
/// <code>
/// var protocol = new SimulatedProtocol
/// {
///     Name = "mine",
///     Create = (self, context) => new MyEngine(context.Members, context.Signer, context.Verifier),
///     FaultModel = FaultModel.Byzantine,
///     Quorum = QuorumRule.Byzantine,
///     Survives = FaultSet.Everything.Without(FaultKind.Membership).Without(FaultKind.Transfer),
/// };
/// new Simulator().WithProtocol(protocol).WithNodes(4).Run(seed: 1).ThrowIfViolated();
/// </code>
/// </example>
public sealed record SimulatedProtocol
{
    /// <summary>The protocol's name on command lines and in reports.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// Makes the engine of one replica, for one of its lives; also one to look at messages with. It must be deterministic, and keep nothing from one
    /// call to the next.
    /// </summary>
    public required Func<NodeId, SimulatedProtocolContext, IEngine> Create { get; init; }

    /// <summary>What the replicas that fail may do.</summary>
    public FaultModel FaultModel { get; init; } = FaultModel.Crash;

    /// <summary>How many members a group has at least.</summary>
    public int NodesMin { get; init; } = 1;

    /// <summary>How many voters decide.</summary>
    public QuorumRule Quorum { get; init; } = QuorumRule.Majority;

    /// <summary>
    /// Which kinds of faults it promises to survive, and takes part in: without <see cref="FaultKind.Membership"/> its members stay who they are, and
    /// nobody asks for others. Other kinds are left out of its runs, also of unsafe ones.
    /// </summary>
    public FaultSet Survives { get; init; } = FaultSet.All;

    /// <summary>
    /// Who must be there and honest for anything to happen, if there is anybody: a leader that nobody replaces. Never lost, corrupted, or left out when the others are
    /// healed.
    /// </summary>
    public Predicate<NodeId> IsIndispensable { get; init; } = static _ => false;

    /// <summary>
    /// Whether its replicas agree on blocks of commands, whose ends the log marks (<see cref="IEngine.MarksCheckpoints"/>). Then a block is taken out of a log as a whole, also if
    /// its first commands are those of another block that is committed.
    /// </summary>
    public bool OrdersBlocks { get; init; }

    /// <summary>In how much virtual time a healed group must commit something, and catch up.</summary>
    public TimeSpan ProgressTimeMax { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Byzantine replicas that know the protocol: what acts in the name of one, for each kind of <see cref="FaultKind.Scripted"/> that the protocol has a script for. To take
    /// part in a kind, the protocol must name it in <see cref="Survives"/> too.
    /// </summary>
    public IReadOnlyDictionary<FaultKind, Func<IAdversary>> Adversaries { get; init; } = ImmutableDictionary<FaultKind, Func<IAdversary>>.Empty;

    /// <summary>What the operator orders (<see cref="FaultKind.Switch"/>).</summary>
    internal IReadOnlyList<EpochProtocol> SwitchesTo { get; init; } = [];

    /// <summary>The checkers of the protocol's own, for one run.</summary>
    internal Func<World, IEnumerable<Checker>> Checkers { get; init; } = static _ => [];

    /// <summary>Whether members may be exchanged for others while the group runs. If not, a replica that has lost its disk comes back under its id, if the protocol survives that, and stays away otherwise.</summary>
    public bool ChangesMembers => Survives.Contains(FaultKind.Membership);

    /// <summary>Whether a member may be one that does not vote.</summary>
    public bool HasLearners { get; init; } = true;

    /// <summary>Whether a machine whose disk is gone gets another one.</summary>
    public bool ReplacesDisks => ChangesMembers || Survives.Contains(FaultKind.Amnesia);

    /// <summary>Raft, with production's times, and small bounds, so that they are reached.</summary>
    public static SimulatedProtocol Raft { get; } = new()
    {
        Name = "raft",
        Create = static (_, _) => new Consensus.Raft.RaftEngine(SimulationOptions.RaftDefaults),
        Checkers = RaftCheckers.Of,
    };

    /// <summary>PBFT, with production's times, and small bounds, so that they are reached.</summary>
    public static SimulatedProtocol Pbft { get; } = new()
    {
        Name = "pbft",
        Create = static (self, context) => new Consensus.Pbft.PbftEngine(SimulationOptions.PbftDefaults, IdentityOf(self, context)),
        FaultModel = FaultModel.Byzantine,
        NodesMin = 4,
        Quorum = QuorumRule.Byzantine,
        OrdersBlocks = true,
        Survives = FaultSet.Everything.Without(FaultKind.Membership).Without(FaultKind.Transfer).With(PbftAdversaries.All.Keys),
        Adversaries = PbftAdversaries.All,
        Checkers = PbftCheckers.Of,
    };

    /// <summary>HotStuff with its three-chain rules, production's times, and small bounds, so that they are reached.</summary>
    public static SimulatedProtocol HotStuff { get; } = Pbft with
    {
        Name = "hotstuff",
        Survives = FaultSet.Everything.Without(FaultKind.Membership).Without(FaultKind.Transfer).With(HotStuffAdversaries.All.Keys),
        Adversaries = HotStuffAdversaries.All,
        Checkers = HotStuffCheckers.Of,
        Create = static (self, context) => new Consensus.HotStuff.HotStuffEngine(SimulationOptions.HotStuffDefaults, IdentityOf(self, context)),
    };

    /// <summary>HotStuff with its two-chain rules: one round less.</summary>
    public static SimulatedProtocol TwoChainHotStuff { get; } = HotStuff with
    {
        Name = "hotstuff-two-chain",
        Create = HotStuffWith(SimulationOptions.HotStuffDefaults with { Rules = Consensus.HotStuff.HotStuffRuleSet.TwoChain }).Create,
    };

    /// <summary>Several engines one after another, as the operator says; begun with Raft.</summary>
    public static SimulatedProtocol Hybrid { get; } = new()
    {
        Name = "hybrid",
        Create = static (self, context) => HybridOf(self, context, EpochProtocol.Raft),
        SwitchesTo = [.. Enum.GetValues<EpochProtocol>()],
        NodesMin = 4,
        Quorum = QuorumRule.Byzantine,
        OrdersBlocks = true,
        HasLearners = false,
        // Whoever has lost its disk and comes back under its id may have forgotten what it acknowledged: in an epoch of Raft that is a lie.
        Survives = FaultSet.All.Without(FaultKind.Amnesia).With(FaultKind.Switch).With(HybridAdversaries.All.Keys),
        FaultModel = FaultModel.CrashAmongLiars,
        Adversaries = HybridAdversaries.All,
        Checkers = HybridCheckers.Of,
    };

    /// <summary>The engines that survive liars one after another, as the operator says, among liars; begun with PBFT.</summary>
    public static SimulatedProtocol ByzantineHybrid { get; } = Hybrid with
    {
        Name = "hybrid-byzantine",
        Create = static (self, context) => HybridOf(self, context, EpochProtocol.Pbft),
        SwitchesTo = [EpochProtocol.Pbft, EpochProtocol.HotStuff],
        FaultModel = FaultModel.Byzantine,
        Survives = FaultSet.Everything.Without(FaultKind.Transfer).With(FaultKind.Switch).With(HybridAdversaries.All.Keys),
    };

    /// <summary>PBFT with other settings.</summary>
    internal static SimulatedProtocol PbftWith(Consensus.Pbft.PbftOptions options) =>
        Pbft with { Create = (self, context) => new Consensus.Pbft.PbftEngine(options, IdentityOf(self, context)) };

    /// <summary>HotStuff with other settings.</summary>
    internal static SimulatedProtocol HotStuffWith(Consensus.HotStuff.HotStuffOptions options) =>
        HotStuff with { Create = (self, context) => new Consensus.HotStuff.HotStuffEngine(options, IdentityOf(self, context)) };

    /// <summary>The protocols that the tool knows by name.</summary>
    public static IReadOnlyList<SimulatedProtocol> All { get; } = [Raft, Pbft, HotStuff, TwoChainHotStuff, Hybrid, ByzantineHybrid];

    /// <summary>Describes an engine that needs no keys by what it says of itself: it is expected to survive what Raft does.</summary>
    /// <param name="create">Makes the engine of one replica.</param>
    public static SimulatedProtocol Of(Func<IEngine> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        var engine = create();
        if (engine.Name == Raft.Name)
        {
            return Raft with { Create = (_, _) => create() };
        }

        var isByzantine = engine.Guarantees.HasFlag(ConsensusGuarantees.ByzantineTolerant);
        return new SimulatedProtocol
        {
            Name = engine.Name,
            Create = (_, _) => create(),
            FaultModel = isByzantine ? FaultModel.Byzantine : FaultModel.Crash,
            Quorum = isByzantine ? QuorumRule.Byzantine : QuorumRule.Majority,
            Survives = isByzantine ? FaultSet.Everything : FaultSet.All,
        };
    }

    /// <summary>How many of so many members may be Byzantine: none of a protocol that survives crashes only.</summary>
    /// <param name="nodes">The members, at least 1.</param>
    public int ByzantineMax(int nodes) => FaultModel != FaultModel.Crash ? ByzantineQuorum.FaultsMax(nodes) : 0;

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static HybridEngine HybridOf(NodeId self, SimulatedProtocolContext context, EpochProtocol first) => new(
        EpochDescriptor.First(context.Cluster, first, context.Members, [context.Operator]),
        SimulationOptions.HybridDefaults,
        new HybridIdentity(self, context.Signer, context.Verifier, new VerifiedSignatures(1024)));

    private static ByzantineIdentity IdentityOf(NodeId self, SimulatedProtocolContext context) =>
        new(self, context.Signer, new StatementVerifier(context.Domain, context.Members, context.Verifier, new VerifiedSignatures(1024)));
}
