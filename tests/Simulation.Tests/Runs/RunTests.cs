using Consensus.Engine;
using Consensus.Simulation.Checkers;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Runs;

namespace Consensus.Simulation.Tests.Runs;

/// <summary>Runs without any fault: what a simulation is, before anything goes wrong in it.</summary>
public sealed class RunTests
{
    [Test]
    public void A_run_without_faults_makes_progress([Values(1, 3, 4, 5, 7)] int nodes)
    {
        var run = Run(1, nodes);

        Assert.That(run.World.Violations, Is.Empty);
        Assert.That(run.History.Succeeded, Is.GreaterThan(500), "six clients for ten seconds, each with a call about every 60 ms");
    }

    [Test]
    public void A_seed_gives_the_same_run_twice([Range(1, 3)] int seed)
    {
        var first = Run((ulong)seed).World.Trace;
        Assert.That(Run((ulong)seed).World.Trace, Is.EqualTo(first));
    }

    [Test]
    public void Different_seeds_give_different_runs() => Assert.That(Run(1).World.Trace, Is.Not.EqualTo(Run(2).World.Trace));

    [Test]
    public void Without_faults_a_leader_is_elected_once([Range(1, 5)] int seed)
    {
        var leaders = new Leaders();
        var run = Prepare((ulong)seed);
        run.World.Add(leaders);

        // Chaos alone, which there is none of: the phases after it take nodes out of the group.
        run.Start();
        run.World.Run(run.World.Options.Duration);

        Assert.That(leaders.Terms, Has.Count.EqualTo(1), $"seed {seed}");
        Assert.That(run.World.Violations, Is.Empty);
    }

    private static SimulationRun Run(ulong seed, int nodes = 3)
    {
        var run = Prepare(seed, nodes);
        run.Run();
        return run;
    }

    private static SimulationRun Prepare(ulong seed, int nodes = 3) =>
        new(seed, new SimulationOptions { Nodes = nodes, Faults = FaultSet.None, Duration = TimeSpan.FromSeconds(10) });

    private sealed class Leaders : Checker
    {
        public SortedSet<ulong> Terms { get; } = [];

        public override string Name => "leaders";

        public override void OnTurn(SimulatedNode node, in CoreStatus status, EffectBuffer effects)
        {
            if (status.Role == ReplicaRole.Leader)
            {
                Terms.Add(status.TermOrView);
            }
        }
    }
}
