using Consensus.Simulation.Nodes;
using Consensus.Simulation.Runs;

namespace Consensus.Simulation.Tests.Faults;

[Parallelizable(ParallelScope.Self)]
public sealed class DestructiveFaultTests
{
    private static readonly int[] Sizes = [3, 4, 5, 7];

    private static readonly FaultKind[] Kinds =
    [
        FaultKind.Amnesia, FaultKind.BitRot, FaultKind.MisdirectedWrite, FaultKind.FullDisk, FaultKind.FailingFlush, FaultKind.SlowDisk, FaultKind.Membership,
    ];

    [Test]
    public void Each_kind_alone_strikes_and_shows_and_heals_without_a_violation([ValueSource(nameof(Kinds))] FaultKind kind)
    {
        var (strikes, hasShown) = (0, false);
        for (var seed = 1UL; seed <= 5; seed++)
        {
            // Small segments, so that logs go on to the next one, which needs space.
            var options = Options(seed) with { Faults = FaultSet.Of(kind), Duration = TimeSpan.FromSeconds(20), SegmentBytes = 64 * 1024 };
            var run = new SimulationRun(seed, options);
            var witness = new Witness(run.World);
            run.World.Add(witness);
            run.Run();
            Assert.That(run.World.Violations, Is.Empty, $"seed {seed}");
            Assert.That(Run(seed, options).World.Trace, Is.EqualTo(run.World.Trace), $"seed {seed}");
            strikes += run.Faults.Faults[0].Strikes;
            hasShown |= witness.Seen.Contains(kind);
        }

        Assert.That(strikes, Is.GreaterThan(4));
        Assert.That(hasShown, Is.True);
    }

    [Test]
    public void Together_and_with_crashes_they_violate_nothing_and_leave_a_whole_group([Range(1, 20)] int seed)
    {
        var options = Options((ulong)seed) with { Faults = FaultSet.Of([.. Kinds, FaultKind.Crash]), Duration = TimeSpan.FromSeconds(30) };
        var run = Run((ulong)seed, options);
        Assert.That(run.World.Violations, Is.Empty, $"seed {seed}");
        var members = run.World.Observatory.Configuration.Members;
        Assert.That(members.Select(member => run.World.Find(member.Id).Condition), Is.All.EqualTo(NodeCondition.Running), $"seed {seed}");
        Assert.That(members.Select(member => member.Role), Is.All.EqualTo(MemberRole.Voter).Or.EqualTo(MemberRole.Learner), $"seed {seed}");
        if (seed <= 5)
        {
            Assert.That(Run((ulong)seed, options).World.Trace, Is.EqualTo(run.World.Trace), $"seed {seed}");
        }
    }

    private static SimulationOptions Options(ulong seed) => new() { Nodes = Sizes[seed % 4] };

    private static SimulationRun Run(ulong seed, SimulationOptions options)
    {
        var run = new SimulationRun(seed, options);
        run.Run();
        return run;
    }
}
