using Consensus.Engine;
using Consensus.Raft.Tests.Cluster;

namespace Consensus.Raft.Tests.Simulation;

/// <summary>A state that went wrong in memory is found at the next comparison, reported, and repaired by state transfer.</summary>
public sealed class StateRepairTests
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    [Test]
    public void A_follower_whose_state_differs_is_reported_and_repaired([Range(1, 10)] int seed, [Values(3, 5)] int voters) =>
        CorruptAndRepair(seed, voters, FaultPlan.None, simulation => simulation.Running.First(replica => replica.Status.Role == ReplicaRole.Follower));

    [Test]
    public void A_leader_whose_state_differs_hands_over_and_is_repaired([Range(11, 20)] int seed, [Values(3, 5)] int voters) =>
        CorruptAndRepair(seed, voters, FaultPlan.None, simulation => simulation.Leader!);

    [Test]
    public void A_lossy_network_only_delays_the_repair([Range(21, 30)] int seed) =>
        CorruptAndRepair(seed, 3, new FaultPlan { DropRate = 0.05, DuplicateRate = 0.05, ReorderRate = 0.1 }, simulation => simulation.Running.Last());

    private static void CorruptAndRepair(int seed, int voters, FaultPlan faults, Func<RaftSimulation, TestReplica> choose)
    {
        var simulation = new RaftSimulation((ulong)seed, voters, 0, faults, new RaftOptions { SnapshotChunkBytes = 1024, TrailingEntries = 10 }, new SnapshotPolicy(100, 1 << 20));
        simulation.RunLoad(TimeSpan.FromSeconds(2 + (seed % 3)), Pause);
        var chosen = choose(simulation);
        simulation.Corrupt(chosen);
        simulation.RunLoad(TimeSpan.FromSeconds(4), Pause);
        simulation.Calm(TimeSpan.FromSeconds(2));

        Assert.That(simulation.Checkers.Divergences, Is.GreaterThan(0), "the divergence was reported");
        var leader = simulation.Leader!;
        Assert.That(leader.State.Commands, Has.None.EqualTo("rot"));
        foreach (var replica in simulation.Running)
        {
            Assert.That(replica.Applied, Is.EqualTo(leader.Applied));
            Assert.That(replica.State.StateHash(), Is.EqualTo(leader.State.StateHash()), $"node {replica.Id}, corrupted was node {chosen.Id}");
        }
    }
}
