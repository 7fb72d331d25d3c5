using Consensus.Simulation.Disk;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Runs;

namespace Consensus.Simulation.Tests.Scenes;

/// <summary>
/// Full disks: as long as a quorum of disks has space commands are taken, and leadership does not go to and fro. The disks are full as real ones
/// are: nothing more fits on them, and a replica notices when its log needs its next segment. Each test names the planted bugs that it was seen to
/// find.
/// </summary>
public sealed class FullDiskTests
{
    private const int SegmentBytes = 32 * 1024;
    private const int CommandBytes = 3000;

    /// <summary>So many commands fill several segments.</summary>
    private const int CommandsToFill = 100;

    private const int Rounds = 20;

    /// <summary>Planted: no handover; a full follower sends commands on.</summary>
    [Test]
    public void When_the_disks_of_the_leader_and_a_minority_are_full_one_with_space_leads_and_commands_are_taken([Range(1, 8)] int seed)
    {
        var scene = Begin(seed);
        var minority = scene.Followers.Take((scene.Nodes.Count - 1) / 2 - 1).ToArray();
        Fill(scene, minority);
        var former = scene.Leader;
        Fill(scene, former);
        SimulatedNode[] full = [.. minority, former];
        scene.WaitFor(() => !full.Contains(scene.World.Leader()), "one with space leads");

        Assert.That(scene.Reigns, Has.Count.EqualTo(2), $"seed {seed}: leadership goes straight to it");
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var node in scene.Nodes)
            {
                // Those that are full could not tell their callers how commands ended.
                var expected = full.Contains(node) ? ProposeResult.Refused(RefusalReason.StorageFull) : Applied;
                Assert.That(scene.Propose(node), Is.EqualTo(expected).Using<ProposeResult>(IsSameEnd), $"seed {seed}, round {round}, node {node.Id}");
            }
        }

        Assert.That(scene.Reigns, Has.Count.EqualTo(2), $"seed {seed}: it leads on");
    }

    /// <summary>Planted: a leader takes commands whatever the disks are; word of a full disk holds for ever; a full disk takes no entries at all.</summary>
    [Test]
    public void While_all_disks_are_full_commands_are_refused_and_reads_go_on_until_there_is_space([Range(1, 8)] int seed)
    {
        var scene = Begin(seed);
        Fill(scene, [.. scene.Nodes]);
        scene.Pass(TimeSpan.FromSeconds(1));
        AssertLeadsOnAndRefuses(scene, seed);

        var (leader, reigns) = (scene.Leader, scene.Reigns.Count);
        MakeSpace([.. scene.Nodes]);
        scene.WaitFor(() => scene.Propose(leader).IsApplied, "commands are taken again");
        Assert.That(scene.Reigns, Has.Count.EqualTo(reigns), $"seed {seed}");
    }

    /// <summary>Planted: a handover without a quorum of others that have space.</summary>
    [Test]
    public void A_full_leader_leads_on_while_those_with_space_are_no_quorum([Range(1, 8)] int seed)
    {
        var scene = Begin(seed);
        var leader = scene.Leader;
        Fill(scene, [.. scene.Followers.Take(scene.Nodes.Count / 2)]);
        Fill(scene, leader);
        AssertLeadsOnAndRefuses(scene, seed);
        Assert.That(scene.Reigns, Has.Count.EqualTo(1), $"seed {seed}");
    }

    /// <summary>Planted: a leader looks at its own disk alone; word of a full disk holds for ever.</summary>
    [Test]
    public void A_leader_with_space_refuses_what_no_quorum_has_space_for([Range(1, 8)] int seed)
    {
        var scene = Begin(seed);
        var leader = scene.Leader;
        var full = scene.Followers.Take((scene.Nodes.Count / 2) + 1).ToArray();
        Fill(scene, full);
        var committed = scene.World.Observatory.LastCommitted;
        for (var round = 0; round < Rounds; round++)
        {
            Assert.That(scene.Propose(leader), Is.EqualTo(ProposeResult.Refused(RefusalReason.StorageFull)), $"seed {seed}, round {round}");
            scene.Pass(TimeSpan.FromMilliseconds(100));
        }

        Assert.That(scene.World.Observatory.LastCommitted, Is.EqualTo(committed), $"seed {seed}");
        MakeSpace(full[0]);
        scene.WaitFor(() => scene.Propose(leader).IsApplied, "commands are taken again");
        Assert.That(scene.Reigns, Has.Count.EqualTo(1), $"seed {seed}: it leads on");
    }

    /// <summary>Planted: a full follower waits for what it has no space for; it refuses all reads.</summary>
    [Test]
    public void Reads_through_a_full_follower_are_answered_as_far_as_its_log_reaches_and_refused_beyond([Range(1, 8)] int seed)
    {
        var scene = Begin(seed);
        var full = scene.Followers.First();
        Fill(scene, full);
        scene.WaitFor(() => full.Replica!.Status.AppliedIndex == scene.World.Observatory.LastCommitted, "it takes what is under way");
        Assert.That(scene.Read(full).IsAnswered, Is.True, $"seed {seed}: it has all there is");

        Assert.That(scene.Propose(scene.Leader).IsApplied, Is.True);
        Assert.That(scene.Read(full).Refusal, Is.EqualTo(RefusalReason.StorageFull), $"seed {seed}: it has no space for the last command");

        MakeSpace(full);
        scene.WaitFor(() => scene.Read(full).IsAnswered, "it has caught up");
    }

    /// <summary>Planted: a full disk takes no entries at all; a replica whose disk is full does not stand for election.</summary>
    [Test]
    public void Reads_go_on_under_a_new_leader_although_all_disks_are_full([Range(1, 8)] int seed)
    {
        var scene = Begin(seed);
        Fill(scene, [.. scene.Nodes]);
        var former = scene.Leader;
        former.Crash(DiskLoss.Nothing);
        scene.WaitFor(() => scene.World.Leader() is { } leader && scene.Read(leader).IsAnswered, "another leads, and reads are answered");
        Assert.That(scene.Reigns[^1].Leader, Is.Not.EqualTo(former.Id));
    }

    /// <summary>Planted: whoever was full lately is trusted with leadership; a handover does not ask who has space.</summary>
    [Test]
    public void Disks_on_the_edge_do_not_pass_leadership_to_and_fro([Range(1, 4)] int seed)
    {
        // Longer than it takes until a disk that was full counts as free.
        const int Turns = 40;
        var scene = Begin(seed, nodes: 3);
        for (var turn = 0; turn < Turns; turn++)
        {
            var leader = scene.Leader;
            MakeSpace([.. scene.Followers]);
            scene.WaitFor(() => scene.Followers.All(HasSpace), "the others have space");
            Fill(scene, leader);
            scene.Pass(TimeSpan.FromMilliseconds(250));
        }

        var rest = 10 * SimulationOptions.RaftDefaults.ElectionTimeoutMax;
        foreach (var reigns in scene.Reigns.GroupBy(reign => reign.Leader))
        {
            var pauses = reigns.Zip(reigns.Skip(1), (reign, next) => next.Since - reign.Since);
            Assert.That(pauses, Has.All.GreaterThanOrEqualTo(rest), $"seed {seed}, node {reigns.Key}: whoever was full is not chosen again for a while");
        }

        Assert.That(scene.Reigns, Has.Count.GreaterThan(3), $"seed {seed}: leaders hand over when they may");
    }

    /// <summary>Planted: a replica whose disk is full does not stand for election.</summary>
    [Test]
    public void A_full_replica_leads_if_only_it_can([Range(1, 8)] int seed)
    {
        var scene = Begin(seed, nodes: 3);
        var leader = scene.Leader;
        var (behind, ahead) = (scene.Followers.First(), scene.Followers.Last());

        // The log of one falls behind; then the leader is gone, and only the other one can win.
        Fill(scene, behind);
        Fill(scene, ahead);
        leader.Crash(DiskLoss.Nothing);
        MakeSpace(behind);
        scene.WaitFor(() => scene.World.Leader() == ahead, "the full one leads");
        Assert.That(HasSpace(ahead), Is.False, $"seed {seed}");
        Assert.That(scene.Read(ahead).IsAnswered, Is.True, $"seed {seed}");
    }

    private static void AssertLeadsOnAndRefuses(Scene scene, int seed)
    {
        var (leader, reigns, committed) = (scene.Leader, scene.Reigns.Count, scene.World.Observatory.LastCommitted);
        for (var round = 0; round < Rounds; round++)
        {
            Assert.That(scene.Propose(leader), Is.EqualTo(ProposeResult.Refused(RefusalReason.StorageFull)), $"seed {seed}, round {round}");
            Assert.That(scene.Read(leader).IsAnswered, Is.True, $"seed {seed}, round {round}: reads go on");
            scene.Pass(TimeSpan.FromMilliseconds(200));
        }

        Assert.That(scene.World.Observatory.LastCommitted, Is.EqualTo(committed), $"seed {seed}: nothing is written");
        Assert.That(scene.Reigns, Has.Count.EqualTo(reigns), $"seed {seed}: nobody hands over");
    }

    private static ProposeResult Applied => new(ProposeStatus.Applied, default, default, RefusalReason.None);

    private static bool IsSameEnd(ProposeResult first, ProposeResult second) => (first.Status, first.Refusal) == (second.Status, second.Refusal);

    private static bool HasSpace(SimulatedNode node) => node.Storage!.Log.AcceptsWrites;

    private static void MakeSpace(params SimulatedNode[] nodes)
    {
        foreach (var node in nodes)
        {
            node.Disk.Capacity = long.MaxValue;
        }
    }

    /// <summary>Nothing more fits on some disks; commands are written until their replicas have noticed.</summary>
    private static void Fill(Scene scene, params SimulatedNode[] nodes)
    {
        foreach (var node in nodes)
        {
            node.Disk.Capacity = 0;
        }

        for (var written = 0; nodes.Any(HasSpace); written++)
        {
            Assert.That(written, Is.LessThan(CommandsToFill), "the disks fill up");
            scene.Propose(scene.Leader, CommandBytes);

            // All have it before the next one comes: they reach the ends of their segments with the same command.
            scene.Pass(TimeSpan.FromMilliseconds(20));
        }

        // The leader hears of it with the answers to its next heartbeat.
        scene.Pass(2 * SimulationOptions.RaftDefaults.HeartbeatInterval);
    }

    private static Scene Begin(int seed, int? nodes = null) => new(seed, new SimulationOptions
    {
        Nodes = nodes ?? 3 + (2 * (seed % 2)),
        Clients = 0,
        SegmentBytes = SegmentBytes,
    });
}
