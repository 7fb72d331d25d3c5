using Consensus.Engine;
using Consensus.Raft;
using Consensus.Simulation.Network;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Runs;

namespace Consensus.Simulation.Tests.Scenes;

/// <summary>
/// A state that went wrong in memory is found at the next comparison, reported, and repaired by a snapshot of another replica, while clients go
/// on. Each test names the planted bug that it was seen to find.
/// </summary>
public sealed class StateRepairTests
{
    /// <summary>Planted: a follower that differs is not told.</summary>
    [Test]
    public void A_follower_whose_state_differs_is_reported_and_repaired([Range(1, 8)] int seed, [Values(3, 5)] int nodes)
    {
        var reigns = RotAndRepair(seed, nodes, new LinkQuality(), scene => scene.Followers.First());
        Assert.That(reigns, Has.Count.EqualTo(1), $"seed {seed}: the leader leads on");
    }

    /// <summary>Planted: a leader whose state is wrong leads on.</summary>
    [Test]
    public void A_leader_whose_state_differs_hands_over_and_is_repaired([Range(11, 18)] int seed, [Values(3, 5)] int nodes)
    {
        var reigns = RotAndRepair(seed, nodes, new LinkQuality(), scene => scene.Leader);
        Assert.That(reigns, Has.Count.EqualTo(2), $"seed {seed}");
        Assert.That(reigns[1].Leader, Is.Not.EqualTo(reigns[0].Leader), $"seed {seed}");
    }

    /// <summary>Planted: a snapshot is asked for once.</summary>
    [Test]
    public void A_lossy_network_only_delays_the_repair([Range(21, 28)] int seed) =>
        RotAndRepair(seed, 3, new LinkQuality { DropRate = 0.05, DuplicateRate = 0.05, ReorderRate = 0.1 }, scene => scene.Nodes[^1]);

    private static IReadOnlyList<Reign> RotAndRepair(int seed, int nodes, LinkQuality quality, Func<Scene, SimulatedNode> choose)
    {
        // Made in the order of the nodes, as none of them starts twice.
        var machines = new List<RottingMachine>();
        var scene = new Scene(seed, new SimulationOptions
        {
            Nodes = nodes,
            Replica = new SimulationOptions().Replica with { Snapshots = new SnapshotPolicy(100, 1 << 20) },
            Protocol = SimulatedProtocol.Of(static () => new RaftEngine(SimulationOptions.RaftDefaults with { SnapshotChunkBytes = 1024, TrailingEntries = 10 })),
            StateMachine = () =>
            {
                machines.Add(new RottingMachine());
                return machines[^1];
            },
            HearsChecker = static checker => checker is not ("state agreement" or "snapshot soundness"),
        });
        var repairs = new Repairs(scene.World.Observatory.History, node => machines[(int)node.Id.Value - 1].IsRotten);
        scene.World.Add(repairs);
        scene.World.Network.Quality = quality;
        scene.Pass(TimeSpan.FromSeconds(2 + (seed % 3)));

        var chosen = choose(scene);
        var machine = machines[(int)chosen.Id.Value - 1];
        machine.RotSoon();
        scene.WaitFor(() => machine.IsRotten, "it applies a command");
        Assert.That(repairs.Reported, Is.Zero, $"seed {seed}");
        scene.WaitFor(() => repairs.Reported > 0, "the difference is reported");
        scene.WaitFor(() => !machine.IsRotten, "it is repaired");

        scene.World.Clients.All.ForEach(client => client.End());
        scene.WaitFor(() => scene.Nodes.All(node => node.Replica!.Status.AppliedIndex == scene.Leader.Replica!.Status.LastIndex), "everybody has everything");
        Assert.That(scene.Nodes.Select(node => node.State!.StateHash()).Distinct().ToArray(), Has.Length.EqualTo(1), $"seed {seed}: node {chosen.Id} was wrong");
        Assert.That(machines, Has.Count.EqualTo(nodes));
        return scene.Reigns;
    }
}
