using System.Diagnostics;
using Consensus.Simulation.Runs;

namespace Consensus.Simulation.Tests;

public sealed class FirstTests
{
    [Test]
    public void Runs([Values(1, 2, 3, 4)] int seed)
    {
        var one = Do((ulong)seed);
        var two = Do((ulong)seed);
        Assert.That(two, Is.EqualTo(one));
    }

    private static Digest Do(ulong seed)
    {
        var watch = Stopwatch.StartNew();
        var run = new SimulationRun(seed, new SimulationOptions { Faults = FaultSet.Of(FaultKind.Crash) });
        var before = GC.GetTotalAllocatedBytes();
        run.Run();
        TestContext.Out.WriteLine($"{run.World.Trace} {string.Join(' ', run.Faults.Faults.Select(f => f.Kind + ':'.ToString() + f.Strikes))} {run.History.Succeeded} ok {run.World.Messages} messages, {run.World.Observatory.LastCommitted} applied, {run.World.Clients.Calls} calls, {run.World.Agenda.Happened} events, {watch.Elapsed.TotalSeconds:0.00} s, {(GC.GetTotalAllocatedBytes() - before) >> 20} MB; {string.Join(' ', run.World.Violations)}");
        foreach (var node in run.World.Nodes)
        {
            TestContext.Out.WriteLine($"{node.Id} {node.Condition} {node.Replica?.Status.Role} {node.Replica?.Status.AppliedIndex}");
        }

        return run.World.Trace;
    }
}
