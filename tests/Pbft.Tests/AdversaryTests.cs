using Consensus.Simulation;

namespace Consensus.Pbft.Tests;

/// <summary>Byzantine replicas that know PBFT: f of them do no harm, whatever they say, and of one more the checkers say what it breaks.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class AdversaryTests
{
    private const int Seeds = 3;
    private const int UnsafeSeeds = 12;

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(10);

    public static IEnumerable<FaultKind> Kinds => SimulatedProtocol.Pbft.Adversaries.Keys.Append(FaultKind.LateRelease).OrderBy(kind => kind.Name, StringComparer.Ordinal);

    [Test]
    public void There_is_a_script_for_every_kind() =>
        Assert.That(SimulatedProtocol.Pbft.Adversaries.Keys, Is.EquivalentTo(FaultKind.Scripted.Except(SimulatedProtocol.Hybrid.Adversaries.Keys)), "those of epochs need epochs");

    [TestCaseSource(nameof(Kinds))]
    public void F_of_them_do_no_harm_while_primaries_are_replaced(FaultKind kind)
    {
        for (var seed = 1UL; seed <= Seeds; seed++)
        {
            var report = Group(4, kind, FaultKind.Restart, FaultKind.Pause, FaultKind.Partition).Run(seed);
            report.ThrowIfViolated();
        }

        var alone = Group(7, kind).Run(Seeds);
        alone.ThrowIfViolated();
        Assert.That(alone.Strikes[kind.Name], Is.InRange(1, 2), "f = 2");
    }

    [TestCaseSource(nameof(Kinds))]
    public void The_same_seed_gives_the_same_run(FaultKind kind)
    {
        var once = Group(4, kind).Run(5);
        var again = Group(4, kind).Run(5);

        Assert.That(again.Digest, Is.EqualTo(once.Digest));
    }

    [Test]
    public void One_more_that_contradicts_itself_forks_the_group_and_that_is_found()
    {
        var faults = FaultSet.Parse("equivocate,restart", SimulatedProtocol.Pbft.Survives);
        var found = new List<string>();
        for (var seed = 1UL; seed <= UnsafeSeeds && !found.Contains("no fork"); seed++)
        {
            found.AddRange(Group(4).WithFaults(faults).Unsafe().Run(seed).Violations.Select(violation => violation.Checker));
        }

        Assert.That(found, Does.Contain("no fork"));
    }

    [Test]
    public void One_more_that_is_not_heard_stops_the_group_and_that_is_found()
    {
        var found = Enumerable.Range(1, UnsafeSeeds).SelectMany(seed => Group(4).WithFaults(FaultSet.Parse("silent")).Unsafe().Run((ulong)seed).Violations);

        Assert.That(found.First().Checker, Is.EqualTo("progress"));
    }

    private static Simulator Group(int nodes, params FaultKind[] kinds) =>
        new Simulator().WithProtocol(SimulatedProtocol.Pbft).WithNodes(nodes).WithDuration(Duration).WithFaults(FaultSet.Of(kinds));
}
