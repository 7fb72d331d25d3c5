using Consensus.Simulation.Runs;

namespace Consensus.Simulation.Tests.Checkers;

/// <summary>Whole runs under all checkers: what ships violates nothing.</summary>
public sealed class CheckedRunTests
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(20);

    [Test]
    public void A_run_without_faults_violates_nothing([Range(1, 6)] int seed) => Check((ulong)seed, FaultSet.None);

    [Test]
    public void A_run_with_crashes_violates_nothing([Range(101, 120)] int seed) => Check((ulong)seed, FaultSet.Of(FaultKind.Crash));

    private static void Check(ulong seed, FaultSet faults)
    {
        var run = new SimulationRun(seed, new SimulationOptions { Faults = faults, Duration = Duration });
        run.Run();
        Assert.That(run.World.Violations, Is.Empty, $"seed {seed}");
        Assert.That(run.World.Observatory.LastCommitted.Value, Is.GreaterThan(100), $"seed {seed}");
    }
}
