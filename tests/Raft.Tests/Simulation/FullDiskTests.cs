using Consensus.Engine;
using Consensus.Raft.Tests.Cluster;

namespace Consensus.Raft.Tests.Simulation;

/// <summary>
/// Full disks in virtual time: as long as a quorum of disks has space commands are taken, and leadership does not go to and fro. Each test
/// names the planted bug that it was seen to find.
/// </summary>
public sealed class FullDiskTests
{
    // Two heartbeats that tell the leader who has space, an election, and time for messages.
    private static readonly TimeSpan Bound = TimeSpan.FromMilliseconds(400);

    /// <summary>Planted: no handover; a handover that does not wait for reports.</summary>
    [Test]
    public void Commands_are_taken_again_soon_after_the_disks_of_the_leader_and_a_minority_are_full([Range(1, 20)] int seed)
    {
        var voters = seed % 2 == 0 ? 3 : 5;
        var simulation = Begin(seed, voters);
        var full = simulation.Running.Where(replica => replica != simulation.Leader).Take((voters / 2) - 1).Prepend(simulation.Leader!).ToArray();
        foreach (var replica in full.Reverse())
        {
            simulation.SetSpace(replica, hasSpace: false);
        }

        simulation.Pass(Bound);

        Assert.That(full, Has.No.Member(simulation.Leader), $"seed {seed}: one with space leads");
        simulation.Propose(simulation.Leader!, "after");
        simulation.Pass(Bound);
        Assert.That(simulation.Leader!.State.Commands, Has.Some.EqualTo("after"), $"seed {seed}");

        var elections = simulation.Checkers.Elections;
        simulation.Checkers.RefusedForSpace.Clear();
        simulation.RunLoad(TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(10));
        Assert.That(simulation.Checkers.Elections, Is.EqualTo(elections), $"seed {seed}: it leads on");

        // Those that are full could not tell their callers how commands ended.
        Assert.That(simulation.Checkers.RefusedForSpace.Keys, Is.EquivalentTo(full.Select(replica => replica.Id)), $"seed {seed}: only the full ones refuse");
    }

    /// <summary>Planted: a handover without a quorum of others that have space; a leader that is full takes commands.</summary>
    [Test]
    public void While_all_disks_are_full_commands_are_refused_and_reads_go_on_until_there_is_space([Range(1, 20)] int seed)
    {
        var simulation = Begin(seed, 3 + (2 * (seed % 2)));
        foreach (var replica in simulation.Running)
        {
            simulation.SetSpace(replica, hasSpace: false);
            simulation.Pass(TimeSpan.FromMilliseconds(100));
        }

        simulation.Pass(TimeSpan.FromSeconds(1));
        var (leader, elections, committed, reads) = (simulation.Leader!, simulation.Checkers.Elections, simulation.Checkers.Committed, simulation.Checkers.ReadsConfirmed);
        simulation.Propose(leader, "in vain");
        simulation.Read(leader);
        simulation.Pass(TimeSpan.FromSeconds(5));
        Assert.That(RefusalsBy(simulation, leader), Is.EqualTo(1), $"seed {seed}: refused with the reason");
        Assert.That(simulation.Checkers.ReadsConfirmed, Is.EqualTo(reads + 1), $"seed {seed}: reads go on");
        Assert.That(simulation.Checkers.Committed, Is.EqualTo(committed), $"seed {seed}: nothing is written");
        Assert.That(simulation.Checkers.Elections, Is.EqualTo(elections), $"seed {seed}: nobody hands over");

        foreach (var replica in simulation.Running)
        {
            simulation.SetSpace(replica, hasSpace: true);
        }

        // The leader hears it with the answers to its next heartbeat.
        simulation.Pass(Bound);
        simulation.Propose(leader, "after");
        simulation.Pass(Bound);
        Assert.That(leader.State.Commands, Has.Some.EqualTo("after"), $"seed {seed}: commands are taken again");
    }

    /// <summary>Planted: a leader looks at its own disk alone; word of a full disk holds for ever.</summary>
    [Test]
    public void A_leader_with_space_refuses_what_no_quorum_has_space_for([Range(1, 10)] int seed)
    {
        var simulation = Begin(seed, 3 + (2 * (seed % 2)));
        var leader = simulation.Leader!;
        var others = simulation.Running.Where(replica => replica != leader).ToArray();
        foreach (var replica in others[..((others.Length / 2) + 1)])
        {
            simulation.SetSpace(replica, hasSpace: false);
        }

        simulation.Pass(Bound);
        var committed = simulation.Checkers.Committed;
        simulation.Propose(leader, "in vain");
        simulation.Pass(Bound);
        Assert.That(RefusalsBy(simulation, leader), Is.EqualTo(1), $"seed {seed}: refused with the reason");
        Assert.That(simulation.Checkers.Committed, Is.EqualTo(committed), $"seed {seed}");
        Assert.That(simulation.Leader, Is.EqualTo(leader), $"seed {seed}: it leads on");

        simulation.SetSpace(others[0], hasSpace: true);
        simulation.Pass(Bound);
        simulation.Propose(leader, "after");
        simulation.Pass(Bound);
        Assert.That(leader.State.Commands, Has.Some.EqualTo("after"), $"seed {seed}: commands are taken again");
    }

    /// <summary>Planted: a full follower sends commands on.</summary>
    [Test]
    public void Callers_of_a_full_follower_are_refused_at_once_and_their_commands_are_never_committed([Range(1, 10)] int seed)
    {
        var simulation = Begin(seed, 3 + (2 * (seed % 2)));
        var full = simulation.Running.First(replica => replica != simulation.Leader);
        simulation.SetSpace(full, hasSpace: false);
        simulation.Propose(full, "in vain");
        Assert.That(RefusalsBy(simulation, full), Is.EqualTo(1), $"seed {seed}: at once");

        simulation.Pass(Bound);
        simulation.SetSpace(full, hasSpace: true);
        simulation.Propose(full, "after");
        simulation.Pass(Bound);
        Assert.That(simulation.Leader!.State.Commands, Has.Some.EqualTo("after").And.None.EqualTo("in vain"), $"seed {seed}");
    }

    /// <summary>A full follower must not wait for what it has no space for, nor refuse all reads. No bug was planted here yet.</summary>
    [Test]
    public void Reads_through_a_full_follower_are_answered_as_far_as_its_log_reaches_and_refused_at_once_beyond([Range(1, 10)] int seed)
    {
        var simulation = Begin(seed, 3 + (2 * (seed % 2)));
        var leader = simulation.Leader!;
        var full = simulation.Running.First(replica => replica != leader);
        simulation.Pass(Bound);
        simulation.SetSpace(full, hasSpace: false);
        Assert.That(Read(), Is.EqualTo((1, 0)), $"seed {seed}: it has all there is");

        simulation.Propose(leader, "beyond");
        simulation.Pass(Bound);
        Assert.That(Read(), Is.EqualTo((0, 1)), $"seed {seed}: it has no space for the last command");

        simulation.SetSpace(full, hasSpace: true);
        simulation.Pass(Bound);
        Assert.That(Read(), Is.EqualTo((1, 0)), $"seed {seed}: it has caught up");
        Assert.That(full.State.Commands, Has.Some.EqualTo("beyond"), $"seed {seed}");

        (int Confirmed, int Refused) Read()
        {
            var (confirmed, refused) = (simulation.Checkers.ReadsConfirmed, RefusalsBy(simulation, full));
            simulation.Read(full);
            simulation.Pass(TimeSpan.FromMilliseconds(50));
            return (simulation.Checkers.ReadsConfirmed - confirmed, RefusalsBy(simulation, full) - refused);
        }
    }

    /// <summary>Planted: a full disk takes no entries at all.</summary>
    [Test]
    public void Reads_go_on_under_a_new_leader_although_all_disks_are_full([Range(1, 10)] int seed)
    {
        var simulation = Begin(seed, voters: 3);
        var former = simulation.Leader!;
        foreach (var command in Enumerable.Range(0, 5))
        {
            // Some are left uncommitted for the next leader.
            simulation.Propose(former, $"late {command}");
        }

        foreach (var replica in simulation.Running)
        {
            simulation.SetSpace(replica, hasSpace: false);
        }

        simulation.Pass(TimeSpan.FromMilliseconds(seed));
        simulation.Crash(former);
        simulation.Pass(TimeSpan.FromSeconds(3));
        Assert.That(simulation.Leader, Is.Not.Null, $"seed {seed}");
        var reads = simulation.Checkers.ReadsConfirmed;
        simulation.Read(simulation.Leader!);
        simulation.Pass(Bound);
        Assert.That(simulation.Checkers.ReadsConfirmed, Is.EqualTo(reads + 1), $"seed {seed}");
    }

    /// <summary>Planted: whoever was full lately is trusted with leadership.</summary>
    [Test]
    public void Disks_on_the_edge_do_not_pass_leadership_to_and_fro([Range(1, 10)] int seed)
    {
        var simulation = Begin(seed, voters: 3);
        var replicas = simulation.Running.ToArray();
        var before = simulation.Checkers.Elections;
        const int Seconds = 30;
        for (var turn = 0; turn < Seconds * 4; turn++)
        {
            var full = simulation.Leader ?? replicas[0];
            foreach (var replica in replicas)
            {
                simulation.SetSpace(replica, hasSpace: replica != full);
            }

            simulation.Pass(TimeSpan.FromMilliseconds(250));
        }

        // Each of the three is chosen at most once in ten of the longest election timeouts.
        Assert.That(simulation.Checkers.Elections - before, Is.InRange(2, Seconds), $"seed {seed}");
    }

    /// <summary>Planted: a replica whose disk is full does not stand for election.</summary>
    [Test]
    public void A_full_replica_leads_if_only_it_can([Range(1, 10)] int seed)
    {
        var simulation = Begin(seed, voters: 3);
        var leader = simulation.Leader!;
        var others = simulation.Running.Where(replica => replica != leader).ToArray();

        // The log of others[0] falls behind; then the old leader is gone, and only others[1] can win.
        simulation.SetSpace(others[0], hasSpace: false);
        simulation.Propose(leader, "only two have it");
        simulation.Pass(TimeSpan.FromMilliseconds(100));
        simulation.SetSpace(others[1], hasSpace: false);
        simulation.SetSpace(others[0], hasSpace: true);
        simulation.Crash(leader);
        simulation.Pass(TimeSpan.FromSeconds(3));
        Assert.That(simulation.Leader, Is.Not.Null, $"seed {seed}");
    }

    private static int RefusalsBy(RaftSimulation simulation, TestReplica replica) => simulation.Checkers.RefusedForSpace.GetValueOrDefault(replica.Id);

    private static RaftSimulation Begin(int seed, int voters)
    {
        var simulation = new RaftSimulation((ulong)seed, voters, 0, FaultPlan.None, new RaftOptions(), SnapshotPolicy.Default);
        simulation.RunLoad(TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(10));
        Assert.That(simulation.Leader, Is.Not.Null, $"seed {seed}: somebody leads");
        return simulation;
    }
}
