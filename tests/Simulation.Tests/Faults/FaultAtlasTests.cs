namespace Consensus.Simulation.Tests.Faults;

public sealed class FaultAtlasTests
{
    [TestCase("1 2 3", "", 1, true)]
    [TestCase("1 2 3", "2", 1, false)]
    [TestCase("1 2 3 4", "", 1, true)]
    [TestCase("1 2 3 4", "2", 1, false)]
    [TestCase("1 2 3 4 5", "2", 1, true)]
    [TestCase("1 2 3 4 5", "2 3", 1, false)]
    [TestCase("1", "", 1, false)]
    [TestCase("1 2 3", "", 4, true, Description = "no member")]
    [TestCase("1 2 3", "4", 1, true, Description = "one that is lost already and no member does not count")]
    [TestCase("1 2 3 4L", "", 1, true, Description = "a learner that is there does no harm when it is promoted")]
    [TestCase("1 2 3 4L", "4", 1, false, Description = "one that is lost would, and may be promoted at any time")]
    [TestCase("1 2 3 4J", "4", 1, false)]
    [TestCase("1 2 3 4J", "1", 4, false)]
    [TestCase("1 2 3 4 5 6J", "6", 1, true)]
    [TestCase("2 3 4 1X / 1 2 3", "", 1, true)]
    [TestCase("2 3 4 1X / 1 2 3", "4", 1, true)]
    [TestCase("2 3 4 1X / 1 2 3", "4", 2, false)]
    [TestCase("2 3 4 1X / 1 2 3", "3", 1, false)]
    public void A_node_may_be_lost_while_the_others_can_decide(string configuration, string lost, int node, bool expected)
    {
        var group = new AtlasGroup(6);
        group.Starts(1, configuration);
        foreach (var other in AtlasGroup.Numbers(lost))
        {
            group.Retire(other);
        }

        Assert.That(group.Atlas.MayLose(group[node]), Is.EqualTo(expected));
    }

    [Test]
    public void Whoever_may_refuse_to_start_or_is_asked_to_leave_counts_as_lost_and_whoever_starts_does_not()
    {
        var group = new AtlasGroup(3);
        group.Starts(1, "1 2 3");
        group.Atlas.Damage(group[2], null, mayRefuse: true);
        Assert.That(group.Atlas.MayLose(group[1]), Is.False);
        group.Atlas.OnStarted(group[2]);
        Assert.That(group.Atlas.MayLose(group[1]), Is.True);
        group.Atlas.Damage(group[2], null, mayRefuse: false);
        Assert.That(group.Atlas.MayLose(group[1]), Is.True, "it comes back for certain");
        group.Atlas.Leave(group[3]);
        Assert.That(group.Atlas.MayLose(group[1]), Is.False);
        Assert.That(group.Atlas.MayLose(group[3]), Is.True);
    }

    [Test]
    public void Every_configuration_counts_that_some_node_has_after_the_committed_one()
    {
        var group = new AtlasGroup(5);
        group.Starts(1, "1 2 3");
        group.GoesBy(1, "1 2 3");
        group.GoesBy(2, "2 3 4 5 1X / 1 2 3");
        group.Retire(4);
        Assert.That(group.Atlas.MayLose(group[5]), Is.False, "three of 2 3 4 5 are needed, should the change be committed");
        group.GoesBy(2, "1 2 3");
        Assert.That(group.Atlas.MayLose(group[5]), Is.True, "the change was truncated");
    }

    [Test]
    public void A_configuration_that_was_superseded_decides_nothing_any_more()
    {
        var group = new AtlasGroup(5);
        group.Starts(1, "1 2 3");
        group.Starts(4, "1 2 3");
        group.GoesBy(1, "1 2 3");
        group.GoesBy(4, "1 2 3");
        group.Writes(4, 1, "3 4 5 1X 2X / 1 2 3");
        group.Writes(4, 2, "3 4 5");
        group.GoesBy(4, "3 4 5", commit: 1);
        Assert.That(group.Atlas.MayLose(group[1]), Is.True);
        group.Retire(1);
        Assert.That(group.Atlas.MayLose(group[2]), Is.False, "the joint one is the committed one");
        group.GoesBy(4, "3 4 5", commit: 2);
        Assert.That(group.Atlas.MayLose(group[2]), Is.True, "though node 2 may still go by the first one");
        group.GoesBy(2, "1 2 3");
        Assert.That(group.Atlas.MayLose(group[2]), Is.True);
    }

    [TestCase("1 2 3", "3 3 3", "", 1, true)]
    [TestCase("1 2 3", "3 3 2", "", 1, false, Description = "2 alone is no quorum of three")]
    [TestCase("1 2 3", "3 3 3", "2", 1, false)]
    [TestCase("1 2 3 4 5", "3 3 3 3 0", "", 1, true)]
    [TestCase("1 2 3 4 5", "3 3 3 0 0", "", 1, false)]
    [TestCase("1 2 3 4L", "3 3 0 3", "", 1, false, Description = "a learner's copy elects nobody")]
    [TestCase("2 3 4 1X / 1 2 3", "3 3 3 0", "", 1, true)]
    [TestCase("2 3 4 1X / 1 2 3", "3 3 0 3", "", 1, false, Description = "2 alone of 1 2 3")]
    public void The_end_of_a_log_may_be_lost_while_a_quorum_of_others_has_it(string configuration, string entries, string lost, int node, bool expected)
    {
        var group = new AtlasGroup(5);
        foreach (var (count, id) in AtlasGroup.Numbers(entries).Select((count, i) => (count, i + 1)))
        {
            group.Starts(id, configuration, (ulong)count);
        }

        foreach (var other in AtlasGroup.Numbers(lost))
        {
            group.Atlas.Damage(group[other], null, mayRefuse: false);
        }

        Assert.That(group.MayLoseTail(node, 3), Is.EqualTo(expected));
    }

    [Test]
    public void An_entry_of_another_term_at_the_same_index_is_another_entry()
    {
        var group = new AtlasGroup(3);
        group.Starts(1, "1 2 3", 3, term: 2);
        group.Starts(2, "1 2 3", 3);
        group.Starts(3, "1 2 3", 3);
        Assert.That(group.MayLoseTail(1, 3, term: 2), Is.False);
    }

    [TestCase("1 2 3", "1 2", true)]
    [TestCase("1 2 3", "1", false)]
    [TestCase("1 2 3 4J", "1 2", false, Description = "4 may be promoted, and is not there")]
    [TestCase("1 2 3 4J", "1 2 4", true, Description = "two of three, or three of four")]
    [TestCase("1 2 3 4J", "1 2 3", true)]
    [TestCase("2 3 4 1X / 1 2 3", "2 3", true)]
    [TestCase("2 3 4 1X / 1 2 3", "2 4", false)]
    [TestCase("1 2 3", "", false)]
    public void A_core_can_make_progress_if_it_is_a_quorum_whatever_happens_to_the_others(string configuration, string core, bool expected)
    {
        var group = new AtlasGroup(4);
        group.Starts(1, configuration);
        Assert.That(group.Atlas.CanProgressWith(AtlasGroup.Numbers(core).Select(id => group[id])), Is.EqualTo(expected));
    }

    [Test]
    public void Without_an_atlas_everything_may_be_lost()
    {
        var group = new AtlasGroup(1, isUnsafe: true);
        group.Starts(1, "1");
        Assert.That(group.Atlas.MayLose(group[1]), Is.True);
        Assert.That(group.MayLoseTail(1, 1), Is.True);
    }
}
