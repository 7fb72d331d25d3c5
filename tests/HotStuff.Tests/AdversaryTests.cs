using Consensus.Simulation;

namespace Consensus.HotStuff.Tests;

/// <summary>Byzantine replicas that know HotStuff: f of them do no harm, whatever they say, and of one more the checkers say what it breaks.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class AdversaryTests
{
    private const int UnsafeSeeds = 24;

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(10);

    public static IEnumerable<FaultKind> Kinds => SimulatedProtocol.HotStuff.Adversaries.Keys.Append(FaultKind.LateRelease).OrderBy(kind => kind.Name, StringComparer.Ordinal);

    /// <summary>Each kind under one seed; more of them are a soak.</summary>
    public static IEnumerable<TestCaseData> KindsAndSeeds => Kinds.SelectMany(kind => (TestCaseData[])[
        new TestCaseData(kind, 1UL, 1UL),
        new TestCaseData(kind, 2UL, 3UL).SetCategory("Soak").Explicit("Takes many seconds."),
    ]);

    [Test]
    public void There_is_a_script_for_every_kind() =>
        Assert.That(SimulatedProtocol.HotStuff.Adversaries.Keys, Is.EquivalentTo(FaultKind.Scripted.Except(SimulatedProtocol.Hybrid.Adversaries.Keys)), "those of epochs need epochs");

    [TestCaseSource(nameof(KindsAndSeeds))]
    public void F_of_them_do_no_harm_while_leaders_are_replaced(FaultKind kind, ulong first, ulong last)
    {
        for (var seed = first; seed <= last; seed++)
        {
            Group(4, SimulatedProtocol.HotStuff, kind, FaultKind.Restart, FaultKind.Pause, FaultKind.Partition).Run(seed).ThrowIfViolated();
            Group(4, SimulatedProtocol.TwoChainHotStuff, kind, FaultKind.Restart, FaultKind.Pause, FaultKind.Partition).Run(seed).ThrowIfViolated();
        }
    }

    [TestCaseSource(nameof(Kinds))]
    public void F_of_seven_strike_and_do_no_harm(FaultKind kind)
    {
        var alone = Group(7, SimulatedProtocol.HotStuff, kind).Run(3);
        alone.ThrowIfViolated();
        Assert.That(alone.Strikes[kind.Name], Is.InRange(1, 2), "f = 2");
    }

    [TestCaseSource(nameof(Kinds))]
    public void The_same_seed_gives_the_same_run(FaultKind kind)
    {
        var group = Group(4, SimulatedProtocol.HotStuff, kind).WithDuration(TimeSpan.FromSeconds(5));
        var once = group.Run(5);
        var again = group.Run(5);

        Assert.That(again.Digest, Is.EqualTo(once.Digest));
    }

    [Test]
    public void One_more_that_contradicts_itself_forks_the_group_and_that_is_found()
    {
        var found = new List<string>();
        for (var seed = 1UL; seed <= UnsafeSeeds && !found.Contains("no fork"); seed++)
        {
            found.AddRange(Group(4, SimulatedProtocol.HotStuff, FaultKind.Equivocation).Unsafe().Run(seed).Violations.Select(violation => violation.Checker));
        }

        Assert.That(found, Does.Contain("no fork"));
    }

    private static Simulator Group(int nodes, SimulatedProtocol protocol, params FaultKind[] kinds) =>
        new Simulator().WithProtocol(protocol).WithNodes(nodes).WithDuration(Duration).WithFaults(FaultSet.Of(kinds));
}
