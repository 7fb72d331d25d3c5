using Consensus.Simulation.Nodes;
using Consensus.Simulation.Runs;

namespace Consensus.Simulation.Tests.FixedLeader;

/// <summary>Each kind of Byzantine replica alone: it strikes, never more than f of them, and with one more the checkers say what breaks.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class AdversaryKindsTests
{
    private const int Seeds = 10;

    public static IEnumerable<FaultKind> Kinds => FaultKind.Byzantine;

    /// <summary>Each kind under some seeds; more of them are a soak.</summary>
    public static IEnumerable<TestCaseData> KindsAndSeeds => Kinds.SelectMany(kind => (TestCaseData[])[
        new TestCaseData(kind, 1UL, 4),
        new TestCaseData(kind, 5UL, 6).SetCategory("Soak").Explicit("Takes many seconds."),
    ]);

    [TestCaseSource(nameof(KindsAndSeeds))]
    public void F_of_them_do_no_harm(FaultKind kind, ulong first, int seeds)
    {
        var strikes = 0;
        for (var seed = first; seed < first + (ulong)seeds; seed++)
        {
            var run = Run(seed, 7, FaultSet.Of(kind));
            Assert.That(run.World.Violations, Is.Empty, $"seed {seed}");
            Assert.That(Byzantine(run), Has.Count.LessThanOrEqualTo(2), $"seed {seed}");
            Assert.That(Byzantine(run), Has.Count.EqualTo(run.Faults.Faults.Single().Strikes), $"seed {seed}");
            strikes += run.Faults.Faults.Single().Strikes;
        }

        Assert.That(strikes, Is.GreaterThan(seeds));
    }

    [Test]
    public void Several_kinds_and_lost_disks_share_what_is_survived()
    {
        for (var seed = 1UL; seed <= Seeds; seed++)
        {
            var run = Run(seed, 4, FaultSet.Of([.. FaultKind.Byzantine, FaultKind.Amnesia, FaultKind.BitRot, FaultKind.MisdirectedWrite]));
            Assert.That(run.World.Violations, Is.Empty, $"seed {seed}");
            Assert.That(Byzantine(run), Has.Count.LessThanOrEqualTo(1), $"seed {seed}");
        }
    }

    [Test]
    public void With_one_more_than_it_survives_nothing_goes_on_and_that_is_said()
    {
        var run = Run(1, 4, FaultSet.Of(FaultKind.Silence), isUnsafe: true);
        Assert.That(Byzantine(run), Has.Count.EqualTo(2));
        Assert.That(run.World.Violations.Select(violation => violation.Checker), Is.EqualTo(["progress"]));
    }

    [Test]
    public void A_lost_disk_comes_back_empty_under_the_same_id_and_nobody_relies_on_it()
    {
        var run = Run(2, 4, FaultSet.Of(FaultKind.Amnesia));
        Assert.That(run.World.Violations, Is.Empty);
        Assert.That(run.World.Nodes, Has.Count.EqualTo(4));
        Assert.That(run.World.Nodes.Select(node => node.Condition), Is.All.EqualTo(NodeCondition.Running));
        Assert.That(Byzantine(run), Has.Count.EqualTo(1));
    }

    [TestCaseSource(nameof(Kinds))]
    public void A_run_that_is_written_down_is_the_same(FaultKind kind)
    {
        using var trace = new StringWriter();
        var simulator = new Simulator().WithProtocol(FixedLeaderEngine.Protocol()).WithNodes(4).WithFaults(FaultSet.Of(kind)).WithDuration(TimeSpan.FromSeconds(5));
        Assert.That(simulator.Run(3, history: null, trace).Digest, Is.EqualTo(simulator.Run(3).Digest));
        Assert.That(trace.ToString(), Is.Not.Empty);
    }

    private static List<SimulatedNode> Byzantine(SimulationRun run) => [.. run.World.Nodes.Where(run.World.Atlas.IsByzantine)];

    private static SimulationRun Run(ulong seed, int nodes, FaultSet faults, bool isUnsafe = false)
    {
        var run = new SimulationRun(seed, new SimulationOptions
        {
            Protocol = FixedLeaderEngine.Protocol(),
            Nodes = nodes,
            Faults = faults,
            IsUnsafe = isUnsafe,
            Duration = TimeSpan.FromSeconds(20),
        });
        run.Run();
        return run;
    }
}
