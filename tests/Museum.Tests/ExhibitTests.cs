using Consensus.Museum.Tests.Workshop;

namespace Consensus.Museum.Tests;

[Parallelizable(ParallelScope.Children)]
public sealed class ExhibitTests
{
    private const int SeedsMax = 200;

    [TestCaseSource(nameof(Names))]
    public void Is_found(string name)
    {
        var exhibit = Catalogue.Find(name);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        using var showcase = Showcase.Of(exhibit);
        var built = watch.Elapsed;
        var finding = showcase.Look(name, 1, int.Parse(TestContext.Parameters.Get("seeds", "200")));
        TestContext.Out.WriteLine($"## {name} | built {built.TotalSeconds:0.0} s, all {watch.Elapsed.TotalSeconds:0.0} s, {finding.Calls} calls | {finding}");
        Assert.That(finding.IsFound, Is.True);
    }

    [TestCaseSource(nameof(Names))]
    public void Is_clean_without(string name)
    {
        var finding = Guide.Look(Catalogue.Find(name), 1001, 5);
        Assert.That(finding.IsFound, Is.False, finding.ToString());
    }

    private static IEnumerable<string> Names => Catalogue.All.Select(exhibit => exhibit.Name);
}
