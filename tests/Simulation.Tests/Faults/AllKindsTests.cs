using Consensus.Engine;
using Consensus.Simulation.Checkers;
using Consensus.Simulation.Faults;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Runs;

namespace Consensus.Simulation.Tests.Faults;

/// <summary>All kinds together, as each seed draws them.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class AllKindsTests
{
    private const int Seeds = 60;
    private const int SeedsWithLeases = 16;
    private static readonly int[] Sizes = [3, 4, 5, 7];

    [Test]
    public void Whatever_a_seed_draws_nothing_is_violated_and_it_is_the_same_twice([Values(3, 4, 5, 7)] int nodes, [Range(1, 5)] int seed)
    {
        var run = Run((ulong)seed, nodes);
        Assert.That(run.World.Violations, Is.Empty, $"{nodes} nodes, seed {seed}");
        Assert.That(Run((ulong)seed, nodes).World.Trace, Is.EqualTo(run.World.Trace), $"{nodes} nodes, seed {seed}");
    }

    /// <summary>The seeds of the default run: each with the next size of group.</summary>
    [Test]
    public void Many_seeds_pass_and_each_kind_strikes_in_some_of_them()
    {
        var reports = new SimulationReport[Seeds];
        Parallel.For(0, Seeds, i => reports[i] = Run((ulong)i + 1, Sizes[i % Sizes.Length]).Report());

        (string Kind, int Count)[] strikes = [.. FaultKind.All.Select(kind => (kind.Name, reports.Sum(report => report.Strikes.GetValueOrDefault(kind.Name))))];
        TestContext.Out.WriteLine(string.Join(", ", strikes.Select(strike => $"{strike.Kind} {strike.Count}")));
        Assert.Multiple(() =>
        {
            Assert.That(reports.SelectMany(report => report.Violations.Select(violation => $"{violation}; again: {report.ReplayLine}")), Is.Empty);
            Assert.That(strikes.Where(strike => strike.Count == 0).Select(strike => strike.Kind), Is.Empty, "kinds that have done nothing");
        });
    }

    /// <summary>Leaders read by their leases, while clocks drift as far as they were told to expect. Planted: a lease has no end.</summary>
    [Test]
    public void With_leases_nothing_is_violated_either()
    {
        var reports = new SimulationReport[SeedsWithLeases];
        Parallel.For(0, SeedsWithLeases, i => reports[i] = Run((ulong)i + 1, Sizes[i % Sizes.Length], hasLeases: true).Report());
        Assert.That(reports.SelectMany(report => report.Violations.Select(violation => $"{violation}; again: {report.ReplayLine}")), Is.Empty);
    }

    [Test]
    public void Every_kind_is_made_and_is_what_it_was_made_for()
    {
        var world = new World(1, new SimulationOptions());
        Assert.That(FaultCatalogue.Make(world, FaultKind.All).Select(fault => fault.Kind), Is.EqualTo(FaultKind.All));
    }

    [Test]
    public void Some_machines_crash_just_after_they_have_won_an_election()
    {
        var crashes = new CrashesOfNewLeaders();
        for (var seed = 1UL; seed <= 10; seed++)
        {
            var run = new SimulationRun(seed, new SimulationOptions { Nodes = 3, Faults = FaultSet.Of(FaultKind.Crash), Duration = TimeSpan.FromSeconds(20) });
            crashes = new CrashesOfNewLeaders(run.World, crashes.Count);
            run.World.Add(crashes);
            run.Run();
            Assert.That(run.World.Violations, Is.Empty, $"seed {seed}");
        }

        TestContext.Out.WriteLine($"{crashes.Count} crashes of new leaders");
        Assert.That(crashes.Count, Is.Positive);
    }

    private static SimulationRun Run(ulong seed, int nodes, bool hasLeases = false)
    {
        var options = new SimulationOptions { Nodes = nodes, Faults = FaultSet.All, Duration = TimeSpan.FromSeconds(20) };
        var run = new SimulationRun(seed, hasLeases ? options.WithLeases() : options);
        run.Run();
        return run;
    }

    private sealed class CrashesOfNewLeaders(World? world = null, int count = 0) : Checker
    {
        private static readonly TimeSpan JustNow = TimeSpan.FromMilliseconds(10);
        private readonly SortedDictionary<NodeId, Ticks> _electedAt = [];

        public int Count { get; private set; } = count;

        public override string Name => "crashes of new leaders";

        public override void OnTurn(SimulatedNode node, in CoreStatus status, EffectBuffer effects)
        {
            if (status.Role != ReplicaRole.Leader)
            {
                _electedAt.Remove(node.Id);
            }
            else
            {
                _electedAt.TryAdd(node.Id, world!.Agenda.Now);
            }
        }

        public override void OnEnded(SimulatedNode node, Exception? failure)
        {
            if (_electedAt.Remove(node.Id, out var at) && world!.Agenda.Now <= at + JustNow)
            {
                Count++;
            }
        }
    }
}
