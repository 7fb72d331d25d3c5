using System.Reflection;
using Consensus.Museum.Tests.Exhibits;
using Consensus.Museum.Tests.Workshop;
using Consensus.Simulation.Runs;

namespace Consensus.Museum.Tests;

[Parallelizable(ParallelScope.Children)]
public sealed class ExhibitTests
{
    private const int SeedsMax = 200;
    private const ulong FirstControlSeed = 1001;

    /// <summary>A checker of ours sees a bug long before its history shows it to somebody who has nothing else.</summary>
    private const int HistorySeedsMax = 2_000;

    private static IEnumerable<string> Names => Catalogue.All.Select(exhibit => exhibit.Name);

    private static IEnumerable<string> NamesOfConditions => typeof(Conditions).GetMethods(BindingFlags.Public | BindingFlags.Static).Select(method => method.Name);

    [TestCaseSource(nameof(Names))]
    public void The_bug_is_found_by_the_right_checker_and_without_it_the_same_run_is_clean(string name)
    {
        var exhibit = Catalogue.Find(name);
        using var showcase = Showcase.Of(exhibit.Mutations);
        var first = TestContext.Parameters.Get("first-seed", exhibit.FirstSeed);
        var finding = showcase.Look(name, first, SeedsMax);
        TestContext.Out.WriteLine($"{name}: {finding}");
        Assert.That(finding.IsFound, Is.True, $"{SeedsMax} seeds do not find it.");
        Assert.That(exhibit.FoundBy, Does.Contain(finding.Checker), finding.ToString());
        Assert.That(Guide.Look(exhibit.Conditions, finding.Seed, 1).ToString(), Is.EqualTo("nothing found"));
        if (exhibit.BreaksLinearizability && TestContext.Parameters.Get("history-folder") is { } folder)
        {
            var file = Path.Combine(Directory.CreateDirectory(folder).FullName, $"{string.Join('-', name.Split(' ', ',', ':'))}.jsonl");
            var shown = showcase.Look(name, first, HistorySeedsMax, file);
            TestContext.Out.WriteLine($"{name}, history: {shown}");
            Assert.That(shown.IsFound, Is.True, "No run's history shows it to clients.");
        }
    }

    /// <summary>
    /// With two-chain rules a replica that had stood still made a certificate of the votes that it found, committed by it, and in the same turn heard of a higher one of another branch; the
    /// checker knew only that one.
    /// </summary>
    [TestCase(nameof(Conditions.LyingLeaders), 189UL)]
    [TestCase(nameof(Conditions.ManyBlocks), 42UL)]
    public void Seeds_that_have_found_a_fault_without_an_exhibit_are_clean(string conditions, ulong seed) => AssertClean(conditions, seed, 1);

    /// <summary>One seed of each; more are a soak.</summary>
    [TestCaseSource(nameof(NamesOfConditions))]
    public void Without_a_bug_the_conditions_are_clean(string conditions) =>
        AssertClean(conditions, TestContext.Parameters.Get("first-control-seed", FirstControlSeed), TestContext.Parameters.Get("control-seeds", 1));

    [TestCaseSource(nameof(NamesOfConditions)), Category("Soak"), Explicit("Takes minutes.")]
    public void Without_a_bug_further_seeds_of_the_conditions_are_clean(string conditions) => AssertClean(conditions, FirstControlSeed + 1, 2);

    private static void AssertClean(string conditions, ulong first, int seeds)
    {
        var create = typeof(Conditions).GetMethod(conditions)!.CreateDelegate<Func<SimulationOptions>>();
        Assert.That(Guide.Look(create, first, seeds).ToString(), Is.EqualTo("nothing found"));
    }
}
