using Consensus.Simulation;
using Consensus.Simulation.Runs;

namespace Consensus.Hybrid.Tests.Threat;

/// <summary>Groups that run Raft among members who lie, with the simulator's checkers looking on.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class ThreatSimulationTests
{
    [TestCase(4, 1, 4)]
    [TestCase(7, 1, 2)]
    public void Who_reports_of_everybody_that_he_lies_causes_no_switch(int nodes, int firstSeed, int seeds)
    {
        foreach (var run in Runs(nodes, firstSeed, seeds, FaultKind.Slander))
        {
            Assert.That(run.World.LastEpoch, Is.EqualTo(Epoch.Zero));
        }
    }

    [TestCase(4, 1, 4)]
    [TestCase(7, 1, 2)]
    public void Who_sends_what_nobody_has_signed_is_reported_and_the_group_goes_to_pbft(int nodes, int firstSeed, int seeds)
    {
        foreach (var run in Runs(nodes, firstSeed, seeds, FaultKind.BadSignatures))
        {
            AssertEscalated(run);
        }
    }

    [TestCase(4, 1, 4)]
    [TestCase(7, 1, 2)]
    public void Who_signs_two_histories_is_convicted_and_the_group_goes_to_pbft(int nodes, int firstSeed, int seeds)
    {
        foreach (var run in Runs(nodes, firstSeed, seeds, FaultKind.DoubleStatements))
        {
            AssertEscalated(run);
        }
    }

    [TestCase(4, 35, 2)]
    [TestCase(4, 40, 40, Category = "Soak", Explicit = true, Reason = "Takes minutes.")]
    public void Among_crashes_nothing_is_lost_either(int nodes, int firstSeed, int seeds)
    {
        var switches = Runs(nodes, firstSeed, seeds, FaultKind.Slander, FaultKind.BadSignatures, FaultKind.DoubleStatements, FaultKind.Crash, FaultKind.Partition, FaultKind.Restart, FaultKind.Drop)
            .Sum(run => (int)run.World.LastEpoch.Value);

        Assert.That(switches, Is.Positive);
    }

    private static void AssertEscalated(SimulationRun run)
    {
        Assert.That(run.World.LastEpoch, Is.EqualTo(new Epoch(1)));
        var next = ((HybridCore)run.World.HonestNodes[0].Core!).Running.Descriptor;
        Assert.That((next.Protocol, next.IsOrdered), Is.EqualTo((EpochProtocol.Pbft, false)));
    }

    /// <summary>The liars must have begun: a run in which nobody has lied shows nothing.</summary>
    private static IEnumerable<SimulationRun> Runs(int nodes, int firstSeed, int seeds, params FaultKind[] kinds)
    {
        for (var seed = firstSeed; seed < firstSeed + seeds; seed++)
        {
            var faults = FaultSet.Of(kinds);
            var run = new SimulationRun((ulong)seed, new SimulationOptions { Nodes = nodes, Protocol = SimulatedProtocol.Hybrid, Faults = faults, Duration = TimeSpan.FromSeconds(20) });
            run.Run();
            Assert.That(run.World.Violations, Is.Empty, $"seed {seed}");
            if (kinds.Length == 1)
            {
                Assert.That(run.World.Nodes.Count - run.World.HonestNodes.Count, Is.Positive, $"seed {seed}");
            }

            yield return run;
        }
    }
}
