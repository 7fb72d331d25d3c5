namespace Consensus.Simulation.Tests.Guide;

/// <summary>What docs/test-your-state-machine.md shows.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class TicketMachineTests
{
    private static Simulator Tickets => new Simulator()
        .WithStateMachine(() => new TicketMachine())
        .WithWorkload(() => new TicketWorkload())
        .WithNodes(3)
        .WithFaults(FaultSet.All.For(3))
        .WithDuration(TimeSpan.FromSeconds(20));

    [Test]
    public void Tickets_survive_all_faults([Range(1, 10)] int seed) => Tickets.Run((ulong)seed).ThrowIfViolated();

    [Test]
    public void A_machine_whose_snapshots_leave_something_out_is_caught()
    {
        var forgetful = Tickets.WithStateMachine(() => new ForgetfulTicketMachine());
        var reports = Enumerable.Range(1, 20).Select(seed => forgetful.Run((ulong)seed));
        var failed = reports.First(report => report.Violations.Count > 0);
        TestContext.Out.WriteLine(failed.Violations[0]);
        var shrunk = forgetful.Shrink(failed);
        TestContext.Out.WriteLine(shrunk.TestCase);
        Assert.That(shrunk.Report.Violations[0].Checker, Is.EqualTo(failed.Violations[0].Checker));
    }
}
