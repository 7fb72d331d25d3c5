using Consensus.Simulation.Nodes;
using Consensus.Simulation.Tests.FixedLeader;

namespace Consensus.Simulation.Tests.Faults;

/// <summary>How much may be destroyed of a group that survives f Byzantine replicas: whoever lies, forgets or is gone counts.</summary>
public sealed class ByzantineAtlasTests
{
    private static readonly SimulatedProtocol Protocol = FixedLeaderEngine.Protocol() with { IsIndispensable = static _ => false };
    private static readonly SimulatedProtocol AmongLiars = Protocol with { FaultModel = FaultModel.CrashAmongLiars };

    [TestCase(4, 1)]
    [TestCase(5, 1)]
    [TestCase(6, 1, Description = "A quorum of 4 is left without two, but only one may lie.")]
    [TestCase(7, 2)]
    [TestCase(10, 3)]
    public void As_many_as_the_protocol_survives_turn_Byzantine_and_in_unsafe_runs_one_more(int nodes, int most)
    {
        Assert.That(CorruptAll(Group(nodes)), Is.EqualTo(most));
        Assert.That(CorruptAll(Group(nodes, isUnsafe: true)), Is.EqualTo(most + 1));
    }

    [Test]
    public void Who_lies_forgets_or_may_not_start_counts_together()
    {
        var group = Group(10);
        group.Corrupt(1);
        group.LoseDisk(2);
        group.Atlas.Damage(group[3], tail: null, mayRefuse: true);
        Assert.That(group.Atlas.IsByzantine(group[3]), Is.True);
        Assert.That(Enumerable.Range(4, 7).Select(node => group.Atlas.MayLose(group[node])), Is.All.False);
        Assert.That(Enumerable.Range(4, 7).Select(node => group.Atlas.MayCorrupt(group[node])), Is.All.False);
        Assert.That(group.Atlas.MayLose(group[1]), Is.True, "one that lies already may lose its disk too");
    }

    [Test]
    public void Until_each_quorum_of_the_next_epoch_has_one_who_has_begun_it_those_of_the_epoch_before_are_needed()
    {
        // Node 2 is gone. Nodes 1, 3 and 5 have certified an epoch with 6 in place of 2, and node 1 alone knows it: without node 1 nobody could begin it.
        var group = new AtlasGroup(6, protocol: AmongLiars);
        const string before = "1 2 3 5";
        const string after = "1 3 5 6";
        foreach (var node in AtlasGroup.Numbers(before))
        {
            group.Starts(node, before);
            group.GoesBy(node, before);
        }

        group.Writes(1, 1, after);
        group.GoesBy(1, after, commit: 1, epoch: 1);
        Assert.That(Progress("3 5 6"), Is.False);
        Assert.That(Progress("1 3 5"), Is.True);

        group.GoesBy(3, after, commit: 1, epoch: 1);
        Assert.That(Progress("3 5 6"), Is.True);

        bool Progress(string nodes) => group.Atlas.CanProgressWith(AtlasGroup.Numbers(nodes).Select(node => group[node]));
    }

    [Test]
    public void Harmless_damage_makes_nobody_Byzantine()
    {
        var group = Group(4);
        group.Atlas.Damage(group[1], tail: null, mayRefuse: false);
        Assert.That(group.Atlas.HasByzantine, Is.False);
    }

    [Test]
    public void A_lost_disk_leaves_a_machine_that_can_start_again()
    {
        var group = Group(4);
        group.LoseDisk(2);
        Assert.That(group[2].Condition, Is.EqualTo(NodeCondition.Down));
        Assert.That(group[2].Disk.Files, Is.Empty);
    }

    [Test]
    public void A_core_is_a_Byzantine_quorum_of_honest_ones()
    {
        var group = Group(7);
        group.Corrupt(1);
        Assert.That(group.Atlas.CanProgressWith([group[1], group[2], group[3], group[4], group[5]]), Is.False);
        Assert.That(group.Atlas.CanProgressWith([group[2], group[3], group[4], group[5], group[6]]), Is.True);
    }

    [Test]
    public void Raft_has_no_Byzantine_replicas_not_even_in_unsafe_runs()
    {
        var group = new AtlasGroup(5, isUnsafe: true);
        group.Starts(1, "1 2 3 4 5");
        Assert.That(group.Atlas.MayCorrupt(group[1]), Is.False);
    }

    // A group that survives crashes only may have members that lie in ways that harm nobody: as many as one that survives all of them.
    [TestCase(4, 1)]
    [TestCase(6, 1)]
    [TestCase(7, 2)]
    public void Among_those_that_survive_crashes_as_many_may_lie_as_among_those_that_survive_liars(int nodes, int most)
    {
        Assert.That(CorruptAll(Group(nodes, protocol: AmongLiars)), Is.EqualTo(most));
        Assert.That(CorruptAll(Group(nodes, isUnsafe: true, AmongLiars)), Is.EqualTo(most + 1));
        Assert.That(AmongLiars.ByzantineMax(nodes), Is.EqualTo(most));
    }

    [Test]
    public void Among_those_that_survive_crashes_who_lies_and_who_is_gone_counts_together()
    {
        var group = Group(4, protocol: AmongLiars);
        Assert.That(group.Atlas.MayLose(group[2]), Is.True);
        group.Corrupt(1);
        Assert.That(Enumerable.Range(2, 3).Select(node => group.Atlas.MayLose(group[node])), Is.All.False);
        Assert.That(Enumerable.Range(2, 3).Select(node => group.Atlas.MayCorrupt(group[node])), Is.All.False);
    }

    // Where any member may lie the end of a log may be lost of any f; where they survive crashes only, a quorum must have it, however few lie.
    [Test]
    public void The_end_of_a_log_that_no_quorum_of_others_has_is_lost_where_liars_are_survived_only()
    {
        var (crashes, liars) = (new AtlasGroup(4, protocol: AmongLiars), new AtlasGroup(4, protocol: Protocol));
        foreach (var group in new[] { crashes, liars })
        {
            group.Starts(1, "1 2 3 4", entries: 5);
            group.Starts(2, "1 2 3 4", entries: 5);
            group.Starts(3, "1 2 3 4", entries: 5);
            group.Starts(4, "1 2 3 4", entries: 3);
        }

        Assert.That(crashes.MayLoseTail(1, last: 5), Is.False);
        Assert.That(crashes.MayLoseTail(1, last: 3), Is.True, "the others have that");
        Assert.That(liars.MayLoseTail(1, last: 5), Is.True);
    }

    private static int CorruptAll(AtlasGroup group)
    {
        var corrupt = 0;
        while (Enumerable.Range(1, group.Count).Select(id => group[id]).FirstOrDefault(group.Atlas.MayCorrupt) is { } node)
        {
            group.Corrupt((int)node.Id.Value);
            corrupt++;
        }

        return corrupt;
    }

    private static AtlasGroup Group(int nodes, bool isUnsafe = false, SimulatedProtocol? protocol = null)
    {
        var group = new AtlasGroup(nodes, isUnsafe, protocol ?? Protocol);
        foreach (var node in Enumerable.Range(1, nodes))
        {
            group.Starts(node, string.Join(' ', Enumerable.Range(1, nodes)));
        }

        return group;
    }
}
