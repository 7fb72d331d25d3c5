using Consensus.Engine;
using Consensus.Simulation.Faults;
using Consensus.Simulation.Network;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Runs;

namespace Consensus.Simulation.Tests.Faults;

/// <summary>What holds for every kind of fault that passes: alone it strikes, shows, breaks nothing, ends, and is the same when run again.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class KindTests
{
    private static readonly TimeSpan Sample = TimeSpan.FromMilliseconds(10);

    /// <summary>For each kind, what shows that it is at work.</summary>
    private static readonly SortedDictionary<string, Func<SimulationRun, bool>> Signs = new(StringComparer.Ordinal)
    {
        [FaultKind.Drop.Name] = run => run.World.Network.Tally.Dropped > 0,
        [FaultKind.Duplicate.Name] = run => run.World.Network.Tally.Duplicated > 0,
        [FaultKind.Reorder.Name] = run => run.World.Network.Tally.Overtaken > 0,
        [FaultKind.Delay.Name] = run => run.World.Network.Tally.Delayed > 0,
        [FaultKind.Clog.Name] = run => run.World.Network.Tally.Held > 0 && run.World.Network.Links.Any(link => link.State == LinkState.Clogged),
        [FaultKind.Partition.Name] = run => run.World.Network.Tally.Cut > 0 && Cut(run).Any() && Cut(run).All(link => IsCut(run, link.To, link.From)),
        [FaultKind.OneWayPartition.Name] = run => run.World.Network.Tally.Cut > 0 && Cut(run).Any(link => !IsCut(run, link.To, link.From)),
        [FaultKind.Bridge.Name] = run => run.World.Network.Tally.Cut > 0 && Cut(run).Any() && run.World.Nodes.Any(node => Cut(run).All(link => link.From != node.Id && link.To != node.Id)),
        [FaultKind.Crash.Name] = run => run.World.Nodes.Any(node => node.Condition == NodeCondition.Down),
        [FaultKind.Restart.Name] = run => run.World.Nodes.Any(node => node.Condition == NodeCondition.Running && node.Life > 1),
        [FaultKind.Blackout.Name] = run => run.World.Nodes.All(node => node.Life > 1),
        [FaultKind.Pause.Name] = run => run.World.Nodes.Any(node => node.Condition == NodeCondition.Paused),
        [FaultKind.SlowApply.Name] = run => run.World.Nodes.Any(node => node.ApplyDelay > TimeSpan.Zero),
        [FaultKind.Skew.Name] = run => run.World.Nodes.Any(node => node.Clock.Error.Duration() >= TimeSpan.FromMilliseconds(1)),
        [FaultKind.Drift.Name] = run => run.World.Nodes.All(node => Math.Abs(node.Clock.Rate - 1) is > 0 and <= 0.05),
        [FaultKind.Jump.Name] = run => run.World.Nodes.Any(node => node.Clock.Error >= TimeSpan.FromMilliseconds(1)),
        [FaultKind.Transfer.Name] = run => run.Faults.Faults.OfType<TransferFault>().Single().Done > 0,
        [FaultKind.Switch.Name] = run => run.Faults.Faults.OfType<SwitchFault>().Single().Done > 0,
        [FaultKind.Overload.Name] = run => run.World.Clients.Refusals.GetValueOrDefault(RefusalReason.Overloaded) > 0,
        [FaultKind.ClientChurn.Name] = run => run.World.Clients.All.Count(client => client.Settings.KeepsSession) > run.World.Options.SessionsMax,
    };

    private static IEnumerable<FaultKind> Kinds => FaultKind.All.Append(FaultKind.Switch).Where(kind => Signs.ContainsKey(kind.Name));

    /// <summary>Each kind in a small group and in a larger one; more seeds are a soak.</summary>
    private static IEnumerable<TestCaseData> KindsAndSeeds => Kinds.SelectMany(kind => (TestCaseData[])[
        new TestCaseData(kind, 1UL, 2UL),
        new TestCaseData(kind, 3UL, 5UL).SetCategory("Soak").Explicit("Takes many seconds."),
    ]);

    [TestCaseSource(nameof(KindsAndSeeds))]
    public void A_kind_alone_violates_nothing_and_is_the_same_when_run_again(FaultKind kind, ulong first, ulong last)
    {
        for (var seed = first; seed <= last; seed++)
        {
            var run = Prepare(kind, seed);
            run.Run();
            var again = Prepare(kind, seed);
            again.Run();
            TestContext.Out.WriteLine($"seed {seed}: {run.Faults.Faults[0].Strikes} strikes, {run.History.Succeeded} answered, {run.World.Messages} messages");

            Assert.That(run.World.Violations, Is.Empty, $"{kind}, seed {seed}");
            Assert.That(run.History.Succeeded, Is.GreaterThan(50), $"{kind}, seed {seed}");
            Assert.That(again.World.Trace, Is.EqualTo(run.World.Trace), $"{kind}, seed {seed}");
        }
    }

    [TestCaseSource(nameof(Kinds))]
    public void A_kind_alone_strikes_and_shows(FaultKind kind)
    {
        var strikes = 0;
        var isSeen = false;
        for (var seed = 1UL; seed <= 5 && !isSeen; seed++)
        {
            var run = Prepare(kind, seed);
            run.Start();
            while (!isSeen && run.World.Agenda.Now < new Ticks(run.World.Options.Duration.Ticks))
            {
                Assert.That(run.World.Run(Sample), Is.True, $"{kind}, seed {seed}: {string.Join(", ", run.World.Violations)}");
                isSeen = Signs[kind.Name](run);
            }

            strikes += run.Faults.Faults.Single().Strikes;
        }

        Assert.That(isSeen, Is.True);
        Assert.That(strikes, Is.Positive);
    }

    [TestCaseSource(nameof(KindsAndSeeds))]
    public void What_a_kind_does_ends_when_it_is_healed(FaultKind kind, ulong first, ulong last)
    {
        for (var seed = first; seed <= last; seed++)
        {
            var run = Prepare(kind, seed);
            run.Start();
            run.World.Run(run.World.Options.Duration);
            run.Faults.End();
            run.World.Heal(run.World.Nodes.ToArray());
            var before = run.World.Observatory.LastCommitted;
            for (var i = 0; i < 50; i++)
            {
                run.World.Run(TimeSpan.FromMilliseconds(100));
                AssertWell(run.World, $"{kind}, seed {seed}");
            }

            Assert.That(run.World.Observatory.LastCommitted, Is.GreaterThan(before), $"{kind}, seed {seed}");
        }
    }

    private static void AssertWell(World world, string what)
    {
        Assert.That(world.Violations, Is.Empty, what);
        Assert.That(world.Network.Quality, Is.EqualTo(new LinkQuality()), what);
        Assert.That(world.Network.Links.Select(link => link.State), Is.All.EqualTo(LinkState.Open), what);
        foreach (var node in world.Nodes)
        {
            Assert.That(node.Condition, Is.EqualTo(NodeCondition.Running), what);
            Assert.That(node.IsDoomed, Is.False, what);
            Assert.That(node.ApplyDelay, Is.EqualTo(TimeSpan.Zero), what);
            Assert.That(node.Clock.Rate, Is.EqualTo(1), what);
            Assert.That(node.Clock.Error, Is.EqualTo(TimeSpan.Zero), what);
        }
    }

    private static SimulationRun Prepare(FaultKind kind, ulong seed) => new(seed, new SimulationOptions
    {
        // One that changes engines has four members at least.
        Nodes = seed % 2 == 0 ? 5 : kind == FaultKind.Switch ? 4 : 3,
        Protocol = kind == FaultKind.Switch ? SimulatedProtocol.Hybrid : SimulatedProtocol.Raft,
        Faults = FaultSet.Of(kind),
        Duration = TimeSpan.FromSeconds(20),
        SessionsMax = 16,
    });

    private static IEnumerable<SimulatedLink> Cut(SimulationRun run) => run.World.Network.Links.Where(link => link.State == LinkState.Cut);

    private static bool IsCut(SimulationRun run, NodeId from, NodeId to) => run.World.Network.Link(from, to).State == LinkState.Cut;
}
