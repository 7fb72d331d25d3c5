using Consensus.Engine;
namespace Consensus.Museum.Tests;
public sealed class Scratch
{
    [Test]
    public void Once()
    {
        var name = TestContext.Parameters.Get("exhibit")!;
        var finding = Guide.Look(Catalogue.Find(name), ulong.Parse(TestContext.Parameters.Get("first")!), int.Parse(TestContext.Parameters.Get("seeds")!));
        TestContext.Out.WriteLine($"## control {name} {finding}");
    }
}
public sealed class Scratch2
{
    [Test]
    public void Dump()
    {
        var seed = ulong.Parse(TestContext.Parameters.Get("first")!);
        var key = TestContext.Parameters.Get("key")!;
        var run = new Consensus.Simulation.Runs.SimulationRun(seed, Catalogue.Find(TestContext.Parameters.Get("exhibit")!).Conditions());
        run.Run();
        foreach (var call in run.History.Calls.Where(c => c.Operation is Consensus.Simulation.Clients.RegisterOperation o && o.Key == key))
        {
            var o = (Consensus.Simulation.Clients.RegisterOperation)call.Operation;
            TestContext.Out.WriteLine($"@@ {call.InvokedAt.Value / 1e7:0.000000} {(call.CompletedAt == Ticks.Never ? 99 : call.CompletedAt.Value / 1e7):0.000000} p{call.Process} {o.Name} {call.Outcome} idx {call.Index} req {call.Request} attempts {call.Attempts} -> {(o.IsQuery && call.Outcome == Consensus.Simulation.Clients.CallOutcome.Applied ? Consensus.Simulation.Clients.RegisterOperation.ValueOf(call.Result) : null)}");
        }
    }
}
