namespace Consensus.Simulation.Tests;

public sealed class SimulatorTests
{
    [Test]
    public void Settings_out_of_their_range_are_refused()
    {
        var simulator = new Simulator();
        Assert.Throws<ArgumentOutOfRangeException>(() => simulator.WithNodes(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => simulator.WithNodes(Simulator.NodesMax + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => simulator.WithDuration(TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => simulator.WithDuration(Simulator.DurationMax + TimeSpan.FromTicks(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => simulator.WithClients(0, TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => simulator.WithClients(1, TimeSpan.FromTicks(-1)));
        Assert.Throws<ArgumentException>(() => simulator.WithReplica(new Consensus.Engine.ReplicaOptions { CommandBytesMax = 0 }));
    }

    [Test]
    public void A_simulator_is_not_changed_by_what_is_derived_from_it()
    {
        var short3 = new Simulator().WithNodes(3).WithDuration(TimeSpan.FromSeconds(1)).WithFaults(FaultSet.None);
        _ = short3.WithNodes(5).WithDuration(TimeSpan.FromSeconds(2)).WithFaults(FaultSet.All);
        var report = short3.Run(1);
        Assert.That((report.Nodes, report.Duration, report.Faults.ToString()), Is.EqualTo((3, TimeSpan.FromSeconds(1), "none")));
    }

    [Test]
    public void A_good_run_has_nothing_to_shrink()
    {
        var simulator = new Simulator().WithNodes(3).WithDuration(TimeSpan.FromSeconds(1)).WithFaults(FaultSet.None);
        Assert.Throws<ArgumentException>(() => simulator.Shrink(simulator.Run(1)));
    }

    [Test]
    public void The_line_that_runs_it_again_has_all_settings()
    {
        var report = new Simulator().WithNodes(3).WithDuration(TimeSpan.FromMilliseconds(1500)).WithFaults(FaultSet.Parse("crash,drop")).Unsafe().Run(17);
        Assert.That(report.ReplayLine, Is.EqualTo("consensus simulate --algorithm raft --nodes 3 --seed 17 --duration 1.5s --faults drop,crash --unsafe"));
    }
}
