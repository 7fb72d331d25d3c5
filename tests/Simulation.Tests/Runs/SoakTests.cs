using System.Diagnostics;

namespace Consensus.Simulation.Tests.Runs;

/// <summary>As many seeds as a budget of time allows: each with another size of group, every fifth with leases.</summary>
public sealed class SoakTests
{
    private const int LeasesEvery = 5;
    private static readonly int[] Sizes = [3, 4, 5, 7];

    /// <summary>
    /// <c>dotnet test -c Release tests/Simulation.Tests --filter TestCategory=Soak -- 'TestRunParameters.Parameter(name="seconds", value="600")'</c>;
    /// <c>first-seed</c> chooses where to begin.
    /// </summary>
    [Test, Category("Soak"), Explicit("A soak.")]
    public void Under_all_faults_nothing_is_violated_until_the_budget_is_spent()
    {
        var budget = TimeSpan.FromSeconds(TestContext.Parameters.Get("seconds", 30));
        var first = TestContext.Parameters.Get("first-seed", 100_000);
        var watch = Stopwatch.StartNew();
        var seed = first;
        for (; watch.Elapsed < budget; seed++)
        {
            var simulator = new Simulator().WithNodes(Sizes[seed % Sizes.Length]);
            var report = (seed % LeasesEvery == 0 ? simulator.WithLeases() : simulator).Run((ulong)seed);
            Assert.That(report.Violations, Is.Empty, report.ReplayLine);
        }

        TestContext.Out.WriteLine($"{seed - first} runs from seed {first} on.");
    }
}
