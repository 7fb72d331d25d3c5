using System.Diagnostics;
using Consensus.Simulation.Runs;

namespace Consensus.Simulation.Tests.Runs;

/// <summary>How fast the simulator is: run by hand, because it depends on the machine.</summary>
[Explicit("measures this machine")]
public sealed class ThroughputTests
{
    [Test]
    public void Messages_per_second([Values("none", "overload", "all")] string faults, [Values(5)] int nodes)
    {
        var options = new SimulationOptions { Nodes = nodes, Faults = FaultSet.Parse(faults) };
        new SimulationRun(1, options).Run();
        var allocated = GC.GetTotalAllocatedBytes();
        var watch = Stopwatch.StartNew();
        var messages = 0L;
        var happened = 0L;
        var answered = 0L;
        for (var seed = 2UL; seed < 12; seed++)
        {
            var run = new SimulationRun(seed, options);
            run.Run();
            messages += run.World.Messages;
            happened += run.World.Agenda.Happened;
            answered += run.History.Succeeded;
            foreach (var violation in run.World.Violations)
            {
                TestContext.Out.WriteLine($"seed {seed}: {violation}");
            }
        }

        var seconds = watch.Elapsed.TotalSeconds;
        TestContext.Out.WriteLine(
            $"{messages / seconds:N0} messages/s, {happened / seconds:N0} events/s, {seconds / 10:0.00} s a run, {answered / 10} answered a run, {(GC.GetTotalAllocatedBytes() - allocated) / messages} B allocated a message");
    }
}
