using Consensus.Simulation.Runs;

namespace Consensus.Simulation.Tests.FixedLeader;

/// <summary>The simulator runs an engine that is not Raft, with keys, Byzantine quorums and members who stay.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class FixedLeaderTests
{
    private const int Seeds = 24;

    [Test]
    public void Commands_commit_and_a_seed_is_the_same_twice([Values(4, 6, 7)] int nodes)
    {
        var run = Run(1, nodes, FaultSet.None);
        Assert.That(run.World.Violations, Is.Empty);
        Assert.That(run.History.Succeeded, Is.GreaterThan(200));
        Assert.That(Run(1, nodes, FaultSet.None).World.Trace, Is.EqualTo(run.World.Trace));
        Assert.That(Run(2, nodes, FaultSet.None).World.Trace, Is.Not.EqualTo(run.World.Trace));
    }

    // By every seed each kind strikes somewhere; that a seed is the same twice takes fewer to see.
    [TestCase(6)]
    [TestCase(Seeds, Category = "Soak", Explicit = true, Reason = "Plays each seed twice.")]
    public void All_faults_that_it_survives_violate_nothing_and_a_seed_is_the_same_twice(int seedsAgain)
    {
        var reports = new SimulationReport[Seeds];
        Parallel.For(0, Seeds, i =>
        {
            var seed = (ulong)i + 1;
            var run = Run(seed, i % 3 == 0 ? 7 : 4, FixedLeaderEngine.Protocol().Survives);
            reports[i] = run.Report();
            if (i < seedsAgain)
            {
                Assert.That(Run(seed, i % 3 == 0 ? 7 : 4, FixedLeaderEngine.Protocol().Survives).World.Trace, Is.EqualTo(run.World.Trace), $"seed {seed}");
            }
        });

        (string Kind, int Count)[] strikes = [.. FixedLeaderEngine.Protocol().Survives.Kinds.Select(kind => (kind.Name, reports.Sum(report => report.Strikes.GetValueOrDefault(kind.Name))))];
        TestContext.Out.WriteLine(string.Join(", ", strikes.Select(strike => $"{strike.Kind} {strike.Count}")));
        Assert.Multiple(() =>
        {
            Assert.That(reports.SelectMany(report => report.Violations.Select(violation => $"{violation}; again: {report.ReplayLine}")), Is.Empty);
            Assert.That(strikes.Where(strike => strike.Count == 0).Select(strike => strike.Kind), Is.Empty, "kinds that have done nothing");
        });
    }

    [Test]
    public void What_it_does_not_survive_is_left_out_whatever_is_asked_for()
    {
        var run = new SimulationRun(1, new SimulationOptions { Protocol = FixedLeaderEngine.Protocol(), Nodes = 4, Faults = FaultSet.Of(FaultKind.Membership, FaultKind.Transfer) });
        Assert.That(run.Faults.Faults, Is.Empty);
    }

    [Test]
    public void No_replica_of_Raft_is_ever_Byzantine()
    {
        var run = new SimulationRun(1, new SimulationOptions { Faults = FaultSet.Of(FaultKind.Byzantine), IsUnsafe = true });
        Assert.That(run.Faults.Faults, Is.Empty);
    }

    [Test]
    public void A_group_that_is_too_small_is_refused_with_the_reason() =>
        Assert.That(() => Run(1, 3, FaultSet.None), Throws.ArgumentException.With.Message.Contains("has 4 members at least"));

    [Test]
    public void The_line_that_runs_it_again_means_by_all_what_the_protocol_survives()
    {
        var report = Run(1, 4, FixedLeaderEngine.Protocol().Survives, TimeSpan.FromSeconds(1)).Report();
        Assert.That(report.ReplayLine, Does.Contain("--algorithm fixed-leader --nodes 4").And.Contain("--faults all"));
    }

    private static SimulationRun Run(ulong seed, int nodes, FaultSet faults, TimeSpan? duration = null)
    {
        var run = new SimulationRun(seed, new SimulationOptions
        {
            Protocol = FixedLeaderEngine.Protocol(),
            Nodes = nodes,
            Faults = faults,
            Duration = duration ?? TimeSpan.FromSeconds(15),
        });
        run.Run();
        return run;
    }
}
