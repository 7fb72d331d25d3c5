using Consensus.Simulation.Runs;

namespace Consensus.Simulation.Tests.Faults;

public sealed class FaultTests
{
    private static readonly FaultKind[] Kinds =
    [
        FaultKind.Amnesia, FaultKind.BitRot, FaultKind.MisdirectedWrite, FaultKind.FullDisk, FaultKind.FailingFlush, FaultKind.SlowDisk, FaultKind.Membership,
    ];

    [Test]
    public void Each_destructive_kind_alone_strikes_heals_and_violates_nothing(
        [ValueSource(nameof(Kinds))] FaultKind kind, [Values(1UL, 2UL, 3UL, 4UL, 5UL)] ulong seed)
    {
        var options = new SimulationOptions { Nodes = 3 + (int)(seed % 3), Faults = FaultSet.Of(kind), Duration = TimeSpan.FromSeconds(20) };
        var report = Run(seed, options);
        Assert.That(report.Violations, Is.Empty, report.ToString());
        Assert.That(report.Strikes[kind.Name], Is.Positive);
        Assert.That(Run(seed, options).Digest, Is.EqualTo(report.Digest), $"seed {seed}");
    }

    [Test]
    public void All_destructive_kinds_and_crashes_together_violate_nothing([Range(1, 20)] int seed)
    {
        int[] sizes = [3, 4, 5, 7];
        var options = new SimulationOptions
        {
            Nodes = sizes[seed % sizes.Length],
            Faults = FaultSet.Of([.. Kinds, FaultKind.Crash]),
            Duration = TimeSpan.FromSeconds(30),
        };
        var report = Run((ulong)seed, options);
        Assert.That(report.Violations, Is.Empty, report.ToString());
        Assert.That(Run((ulong)seed, options).Digest, Is.EqualTo(report.Digest), $"seed {seed}");
    }

    private static SimulationReport Run(ulong seed, SimulationOptions options)
    {
        var run = new SimulationRun(seed, options);
        run.Run();
        var report = run.Report();
        TestContext.Out.WriteLine($"{string.Join(' ', report.Strikes)} {report.Committed} committed, {run.World.Nodes.Count} nodes, {string.Join(' ', run.World.Nodes.GroupBy(n => n.Condition).Select(g => $"{g.Key} {g.Count()}"))}, {string.Join(' ', report.Violations)}");
        return report;
    }
}
