using Consensus.Simulation.Clients;
using Consensus.Simulation.Runs;

namespace Consensus.Simulation.Tests.Checkers;

/// <summary>Whole runs under the checkers of calls.</summary>
public sealed class CheckedRunTests
{
    private static readonly FaultSet Crashes = FaultSet.Of(FaultKind.Crash);

    [Test]
    public void Runs_without_faults_pass([Range(1, 10)] int seed) => Passes((ulong)seed, FaultSet.None);

    [Test]
    public void Runs_with_crashes_pass([Range(101, 120)] int seed) => Passes((ulong)seed, Crashes);

    private static SimulationRun Passes(ulong seed, FaultSet faults)
    {
        var run = new SimulationRun(seed, new SimulationOptions { Faults = faults, Duration = TimeSpan.FromSeconds(30) });
        var w = System.Diagnostics.Stopwatch.StartNew();
        run.Run();
        var cas = run.History.Calls.Where(c => c.Operation is RegisterOperation { Function: RegisterFunction.CompareAndSwap } && c.IsAnswered).ToArray();
        TestContext.Out.WriteLine($"{w.Elapsed.TotalSeconds:0.00} s; {run.History.Calls.Count} calls, unknown {run.History.Calls.Count(c => c.Outcome == CallOutcome.Unknown)}, refused {run.History.Calls.Count(c => c.Outcome == CallOutcome.Refused)}, cas {cas.Length} ok {100.0 * cas.Count(c => c.Outcome == CallOutcome.Applied) / cas.Length:0} %");
        foreach (var g in run.History.Calls.Where(c => c.IsAnswered).GroupBy(c => c.Operation.IsQuery))
        {
            var l = g.Select(c => (c.CompletedAt - c.InvokedAt).TotalMilliseconds).Order().ToArray();
            TestContext.Out.WriteLine($"query {g.Key} mean {l.Average():0.0} p10 {l[l.Length / 10]:0.0} p50 {l[l.Length / 2]:0.0} p90 {l[l.Length * 9 / 10]:0.0}");
        }

        Assert.That(run.World.Violations, Is.Empty, $"seed {seed}");
        return run;
    }
}
