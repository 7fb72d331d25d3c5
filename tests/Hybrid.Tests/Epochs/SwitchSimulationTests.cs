using Consensus.Simulation;
using Consensus.Simulation.Clients;
using Consensus.Simulation.Disk;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Runs;

namespace Consensus.Hybrid.Tests.Epochs;

/// <summary>Whole groups that go from one engine to another, with the simulator's checkers looking on.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class SwitchSimulationTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMicroseconds(100);

    [TestCase(4, 1, 3)]
    [TestCase(7, 1, 1)]
    [TestCase(4, 4, 40, Category = "Soak", Explicit = true, Reason = "Takes minutes.")]
    [TestCase(7, 2, 20, Category = "Soak", Explicit = true, Reason = "Takes minutes.")]
    public void Under_all_faults_nothing_is_lost_and_nobody_stands_still(int nodes, int firstSeed, int seeds)
    {
        var switches = 0;
        for (var seed = firstSeed; seed < firstSeed + seeds; seed++)
        {
            switches += SwitchesIn(nodes, (ulong)seed);
        }

        Assert.That(switches, Is.GreaterThanOrEqualTo(2 * seeds), "going from one to another is what is tested");
    }

    [TestCase(3028UL, Description = "A replica had in its own log what others had compacted, and had not applied it again yet.")]
    [TestCase(12197UL, Description = "One had heard another that stopped then, and did not tell the others that the next epoch had begun.")]
    public void Seeds_whose_groups_have_stood_still_get_on(ulong seed) => Assert.That(SwitchesIn(4, seed), Is.Positive);

    [Test]
    public void A_group_goes_through_all_engines_and_every_call_is_answered()
    {
        var run = Begin(1);
        foreach (var (number, protocol) in (IEnumerable<(ulong, EpochProtocol)>)[(1, EpochProtocol.Pbft), (2, EpochProtocol.HotStuff), (3, EpochProtocol.Raft)])
        {
            var before = run.History.Succeeded;
            Pass(run, TimeSpan.FromSeconds(2));
            Assert.That(run.History.Succeeded, Is.GreaterThan(before + 20), $"in epoch {number - 1}");

            var done = Order(run, run.World.Nodes[(int)number], protocol);
            WaitFor(run, () => run.World.Nodes.All(node => EpochOf(node).Number.Value == number), $"epoch {number} has begun everywhere");
            WaitFor(run, () => done().Count == 1, "the operator is answered");

            Assert.That(done().Single().IsDone, Is.True, done().Single().Detail);
            Assert.That(run.World.Nodes.Select(node => EpochOf(node).Id).Distinct(), Has.Exactly(1).Items);
            Assert.That(run.World.Nodes.Select(node => EpochOf(node).Protocol), Is.All.EqualTo(protocol));
            WaitFor(run, () => run.World.Nodes.All(node => node.Replica!.Status.Epoch.Value == number), "everybody says so");
        }

        var last = run.History.Succeeded;
        Pass(run, TimeSpan.FromSeconds(2));
        Assert.That(run.History.Succeeded, Is.GreaterThan(last + 20), "in the last epoch");
        run.World.Clients.All.ForEach(client => client.End());
        Pass(run, TimeSpan.FromSeconds(10));
        Assert.That(run.History.Succeeded, Is.EqualTo(run.World.Clients.Calls), "every call was answered, and none twice or with no outcome");
        run.World.Finish();
        Assert.That(run.World.Violations, Is.Empty);
    }

    [Test]
    public void An_order_that_is_void_ends_nothing_and_its_caller_hears_why()
    {
        var run = Begin(2);
        var node = run.World.Nodes[0];
        var order = SealOrder.Give(EpochOf(node), new NextEpoch(EpochProtocol.Pbft), run.World.OperatorOf(EpochOf(node)));
        var forged = Bring(run, node, order with { Next = new NextEpoch(EpochProtocol.HotStuff) });
        WaitFor(run, () => forged().Count == 1, "it is answered");
        Assert.That(forged().Single().Refusal, Is.EqualTo(RefusalReason.NotFromOperator));
        Assert.That(forged().Single().Detail, Does.Contain("did not sign it"));

        var done = Bring(run, node, order);
        WaitFor(run, () => done().Count == 1 && run.World.Nodes.All(other => EpochOf(other).Number.Value == 1), "the right one has ended it");
        var again = Bring(run, node, order);
        WaitFor(run, () => again().Count == 1, "it is answered");

        Assert.That(again().Single(), Is.EqualTo(ControlResult.DoneBefore));
        Pass(run, TimeSpan.FromSeconds(2));
        Assert.That(run.World.Nodes.Select(other => EpochOf(other).Number.Value), Is.All.EqualTo(1));
    }

    // Requirement E5. What members have configured differs, as it must not where nobody has ordered anything; a window of 4 blocks is full all the time.
    [Test]
    public void Settings_and_the_operator_s_key_are_others_from_the_next_epoch_on_whatever_members_have_configured()
    {
        var run = Begin(3, SimulatedProtocol.Hybrid with { Create = Differing });
        var (node, (old, other)) = (run.World.Nodes[0], (run.World.OperatorSigners[0], run.World.OperatorSigners[1]));
        var settings = new EpochSettings { CheckpointBlocks = 2, WindowBlocks = 4, BatchBytesMax = 2048, BlockBytesMax = 4096, HotStuffRules = HotStuff.HotStuffRuleSet.TwoChain, TermViews = 8 };

        var done = Bring(run, node, SealOrder.Give(EpochOf(node), new NextEpoch(EpochProtocol.Pbft) { Settings = settings, Operators = NextOperators.Of([other.PublicKey]) }, old));
        WaitFor(run, () => run.World.Nodes.All(each => EpochOf(each).Number.Value == 1) && done().Count == 1, "it has begun");
        var before = run.History.Succeeded;
        Pass(run, TimeSpan.FromSeconds(2));
        var refused = Bring(run, node, SealOrder.Give(EpochOf(node), new NextEpoch(EpochProtocol.HotStuff), old));
        WaitFor(run, () => refused().Count == 1, "the old key is answered");

        Assert.That(done().Single().IsDone, Is.True, done().Single().Detail);
        Assert.That(run.World.Nodes.Select(each => ((Pbft.PbftEngine)RunningOf(each).Known.Engine).Options).Select(options => (options.CheckpointBlocks, options.WindowBlocks, options.BatchBytesMax)), Is.All.EqualTo((2, 4, 2048)));
        Assert.That(run.History.Succeeded, Is.GreaterThan(before + 20), "in a small window");
        Assert.That(refused().Single().Refusal, Is.EqualTo(RefusalReason.NotFromOperator));

        var next = Bring(run, node, SealOrder.Give(EpochOf(node), new NextEpoch(EpochProtocol.HotStuff), other));
        WaitFor(run, () => run.World.Nodes.All(each => EpochOf(each).Number.Value == 2) && next().Count == 1, "HotStuff has begun");
        before = run.History.Succeeded;
        Pass(run, TimeSpan.FromSeconds(2));

        Assert.That(run.World.Nodes.Select(each => ((HotStuff.HotStuffEngine)RunningOf(each).Known.Engine).Options).Select(options => (options.CheckpointBlocks, options.WindowBlocks, options.TermViews, options.Rules)), Is.All.EqualTo((2, 4, 8, HotStuff.HotStuffRuleSet.TwoChain)), "they stay");
        Assert.That(run.History.Succeeded, Is.GreaterThan(before + 20), "with HotStuff too");
        Assert.That(run.World.Violations, Is.Empty);
    }

    [Test]
    public void A_replica_that_sleeps_through_epochs_gets_to_the_last([Values] bool crashes, [Values(2, 4)] int epochs)
    {
        var run = Begin((ulong)(10 + epochs));
        var sleeper = run.World.Nodes[3];
        Pass(run, TimeSpan.FromSeconds(2));
        if (crashes)
        {
            sleeper.Crash(DiskLoss.Everything);
        }
        else
        {
            run.World.Network.Isolate(sleeper.Id, run.World.Nodes.Select(node => node.Id));
        }

        var others = run.World.Nodes.Where(node => node != sleeper).ToArray();
        for (var number = 1; number <= epochs; number++)
        {
            Order(run, others[number % 3], (EpochProtocol)((number % 3) + 1));
            WaitFor(run, () => others.All(node => EpochOf(node).Number.Value == (ulong)number), $"epoch {number} has begun among the others");
            Pass(run, TimeSpan.FromSeconds(3));
        }

        Assert.That(crashes || EpochOf(sleeper).Number == Epoch.Zero, Is.True, "it has slept");
        run.World.Heal([.. run.World.Nodes]);
        WaitFor(run, () => EpochOf(sleeper).Number.Value == (ulong)epochs, "it is in the last epoch too");
        var end = run.World.Observatory.LastCommitted;
        WaitFor(run, () => sleeper.Replica!.Status.AppliedIndex >= end, "it has what the others have");

        Assert.That(EpochOf(sleeper).Id, Is.EqualTo(EpochOf(others[0]).Id));
    }

    // It is one of the three without whom the next epoch cannot begin, and what leads there nobody has any more.
    [Test]
    public void A_replica_that_is_needed_for_the_next_epoch_gets_the_state_at_the_end([Values("nobody", "the replica", "one that has the state")] string restarts)
    {
        var run = Begin(20);
        Pass(run, TimeSpan.FromSeconds(1));
        var leader = run.World.Leader()!;
        var late = run.World.Nodes.Last(node => node != leader);
        var dead = run.World.Nodes.First(node => node != leader && node != late);
        var others = run.World.Nodes.Where(node => node != late && node != dead).ToArray();
        run.World.Network.Isolate(late.Id, run.World.Nodes.Select(node => node.Id));
        var has = RunningOf(late).Status.LastIndex;
        WaitFor(run, () => others.All(node => RunningOf(node).Scope.CompactedTo > has), "the others have forgotten what it lacks");

        Order(run, leader, EpochProtocol.Pbft);
        WaitFor(run, () => RunningOf(leader).Scope.Seal is not null, "the order is committed", Moment);

        dead.Crash(DiskLoss.Nothing);
        run.World.Heal([.. others, late]);
        if (restarts != "nobody")
        {
            SimulatedNode[] waited = restarts == "the replica" ? [late] : others;
            WaitFor(run, () => waited.All(node => RunningOf(node).Scope.End is not null), "the state at the end is there", Moment);
            Assert.That(run.World.Nodes.Where(node => node.IsUp).Select(node => EpochOf(node).Number), Is.All.EqualTo(Epoch.Zero));
            var restarted = waited.Single(node => node != leader);
            restarted.Crash(DiskLoss.Everything);
            Pass(run, TimeSpan.FromMilliseconds(100));
            restarted.Start();
        }

        WaitFor(run, () => others.Append(late).All(node => node.IsUp && EpochOf(node).Number.Value == 1), "the next epoch has begun");
        var before = run.History.Succeeded;
        Pass(run, TimeSpan.FromSeconds(2));
        Assert.That(run.History.Succeeded, Is.GreaterThan(before + 20), "and goes on");
        Assert.That(run.World.Violations, Is.Empty);
    }

    /// <summary>How often a group has gone from one engine to another in a run under all faults.</summary>
    private static int SwitchesIn(int nodes, ulong seed)
    {
        var run = new SimulationRun(seed, new SimulationOptions { Nodes = nodes, Protocol = SimulatedProtocol.Hybrid, Faults = SimulatedProtocol.Hybrid.Survives, Duration = TimeSpan.FromSeconds(30) });
        run.Run();
        Assert.That(run.World.Violations, Is.Empty, $"seed {seed}");
        return (int)run.World.Nodes.Where(node => node.IsUp).Max(node => EpochOf(node).Number.Value);
    }

    private static HybridEngine Differing(NodeId self, SimulatedProtocolContext context)
    {
        var own = SimulationOptions.HybridDefaults;
        var step = (int)self.Value;
        return new HybridEngine(
            EpochDescriptor.First(context.Cluster, EpochProtocol.Raft, context.Members, [context.Operator]),
            own with { Pbft = own.Pbft with { CheckpointBlocks = 4 * step, WindowBlocks = 16 * step }, HotStuff = own.HotStuff with { CheckpointBlocks = 8 * step, TermViews = 4 * step, WindowBlocks = 32 * step } },
            new HybridIdentity(self, context.Signer, context.Verifier, new VerifiedSignatures(1024)));
    }

    private static SimulationRun Begin(ulong seed, SimulatedProtocol? protocol = null)
    {
        var run = new SimulationRun(seed, new SimulationOptions
        {
            Nodes = 4,
            Protocol = protocol ?? SimulatedProtocol.Hybrid,
            Faults = FaultSet.None,
            Client = new ClientSettings { ThinkTime = TimeSpan.FromMilliseconds(50) },
        });
        run.Start();
        WaitFor(run, () => run.World.Leader() is not null, "somebody leads");
        return run;
    }

    private static EpochDescriptor EpochOf(SimulatedNode node) => node.Core is HybridCore core ? core.Running.Descriptor : throw new AssertionException($"node {node.Id} is down");

    private static RunningEpoch RunningOf(SimulatedNode node) => ((HybridCore)node.Core!).Running;

    private static Func<List<ControlResult>> Order(SimulationRun run, SimulatedNode node, EpochProtocol protocol) =>
        Bring(run, node, SealOrder.Give(EpochOf(node), new NextEpoch(protocol), run.World.OperatorOf(EpochOf(node))));

    /// <summary>An operator brings an order to a node.</summary>
    private static Func<List<ControlResult>> Bring(SimulationRun run, SimulatedNode node, SealOrder order)
    {
        var answers = new List<ControlResult>();
        node.Calls.Add(node.Replica!.EndEpochAsync(order.ToBytes()), run.World.Agenda.Now + TimeSpan.FromSeconds(20), (result, isAnswered) =>
        {
            Assert.That(isAnswered, Is.True);
            answers.Add(result);
        });
        return () => answers;
    }

    private static void Pass(SimulationRun run, TimeSpan time) => Assert.That(run.World.Run(time), Is.True, string.Join(", ", run.World.Violations));

    private static void WaitFor(SimulationRun run, Func<bool> hasCome, string what, TimeSpan? step = null)
    {
        var end = run.World.Agenda.Now + TimeSpan.FromSeconds(30);
        while (!hasCome())
        {
            Pass(run, step ?? TimeSpan.FromMilliseconds(10));
            Assert.That(run.World.Agenda.Now, Is.LessThan(end), what);
        }
    }
}
