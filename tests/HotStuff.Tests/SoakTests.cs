using System.Diagnostics;
using Consensus.Simulation;

namespace Consensus.HotStuff.Tests;

/// <summary>As many seeds as a budget of time allows: each with another size of group, every other with the two-chain rules.</summary>
public sealed class SoakTests
{
    private static readonly int[] Sizes = [4, 4, 4, 7, 7, 10];

    /// <summary>
    /// <c>dotnet test -c Release tests/HotStuff.Tests --filter TestCategory=Soak -- 'TestRunParameters.Parameter(name="seconds", value="600")'</c>;
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
            var protocol = seed % 2 == 0 ? SimulatedProtocol.HotStuff : SimulatedProtocol.TwoChainHotStuff;
            var nodes = Sizes[seed / 2 % Sizes.Length];
            var report = new Simulator().WithProtocol(protocol).WithNodes(nodes).WithFaults(protocol.Survives).Run((ulong)seed);
            Assert.That(report.Violations, Is.Empty, $"{(seed % 2 == 0 ? "three" : "two")}-chain: {report.ReplayLine}");
        }

        TestContext.Out.WriteLine($"{seed - first} runs from seed {first} on.");
    }
}
