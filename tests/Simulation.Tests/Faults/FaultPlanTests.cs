using Consensus.Simulation.Network;
using Consensus.Simulation.Runs;

namespace Consensus.Simulation.Tests.Faults;

/// <summary>Which kinds a run has is drawn from its seed.</summary>
public sealed class FaultPlanTests
{
    private const int Seeds = 200;

    [Test]
    public void Over_many_seeds_each_kind_takes_part_in_about_every_other_run()
    {
        var plans = Enumerable.Range(1, Seeds).Select(seed => Kinds((ulong)seed, FaultSet.All)).ToArray();
        foreach (var kind in plans.SelectMany(plan => plan).Distinct())
        {
            Assert.That(plans.Count(plan => plan.Contains(kind)), Is.InRange(Seeds * 35 / 100, Seeds * 65 / 100), kind.Name);
        }
    }

    [Test]
    public void A_single_kind_always_takes_part([Range(1, 20)] int seed) =>
        Assert.That(Kinds((ulong)seed, FaultSet.Of(FaultKind.Crash)), Is.EqualTo(new[] { FaultKind.Crash }));

    [Test]
    public void No_run_that_may_have_faults_has_none([Range(1, 20)] int seed) =>
        Assert.That(Kinds((ulong)seed, FaultSet.Of(FaultKind.Crash, FaultKind.Drop)), Is.Not.Empty);

    [Test]
    public void Leaving_a_kind_out_changes_nothing_for_the_others([Range(1, 20)] int seed) =>
        Assert.That(
            Kinds((ulong)seed, FaultSet.All.Without(FaultKind.Pause)),
            Is.EqualTo(Kinds((ulong)seed, FaultSet.All).Where(kind => kind != FaultKind.Pause)));

    [Test]
    public void How_often_something_happens_differs_from_run_to_run()
    {
        var rates = new SortedSet<double>();
        for (var seed = 1UL; seed <= 20; seed++)
        {
            var run = new SimulationRun(seed, new SimulationOptions { Nodes = 3, Faults = FaultSet.Of(FaultKind.Drop) });
            run.Start();
            while (run.World.Network.Quality == new LinkQuality() && run.World.Run(TimeSpan.FromSeconds(1)))
            {
                // The first strike is yet to come.
            }

            rates.Add(run.World.Network.Quality.DropRate);
        }

        Assert.That(rates, Has.Count.EqualTo(20));
        Assert.That(rates.Max, Is.GreaterThan(5 * rates.Min));
    }

    private static FaultKind[] Kinds(ulong seed, FaultSet allowed)
    {
        var run = new SimulationRun(seed, new SimulationOptions { Nodes = 3, Faults = allowed });
        return [.. run.Faults.Faults.Select(fault => fault.Kind)];
    }
}
