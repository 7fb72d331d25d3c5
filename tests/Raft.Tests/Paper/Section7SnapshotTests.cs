namespace Consensus.Raft.Tests.Paper;

/// <summary>Section 7: log compaction.</summary>
public sealed class Section7SnapshotTests
{
    [Test]
    public void A_snapshot_replaces_the_entries_that_it_covers()
    {
        var happened = Conversation.Of("cluster 3 snapshot-every=4", "quietly elect 1", "quietly propose 1 a b c d", "quietly deliver", "status");
        Assert.That(Conversation.Count(happened, "log 4..5, commit 5, applied 5: a b c d"), Is.EqualTo(3), "each replica takes its own");
    }

    [Test]
    public void Index_term_and_configuration_of_the_last_entry_go_with_the_snapshot()
    {
        var happened = Conversation.Of(
            "cluster 3 snapshot-every=4", "node 4", "quietly elect 1", "propose 1 a b c d", "quietly deliver", "quietly change 1 add 4", "deliver", "quietly timeout 1", "quietly deliver", "members");
        Assert.That(happened, Does.Contain("snapshot t1 of 4/1 bytes").And.Contain("4 knows the members (1, 2, 3)\n").And.EndWith("4 knows the members (1, 2, 3, 4)\n"));
    }

    [Test]
    public void A_replica_starts_from_its_snapshot_and_the_entries_after_it()
    {
        var happened = Conversation.Of("cluster 3 snapshot-every=4", "quietly elect 1", "propose 1 a b c d", "quietly deliver", "crash 3", "restart 3", "status", "timeout 1", "quietly deliver", "status");
        Assert.That(happened, Does.Contain("3 follower t1 of nobody, log 4..5, commit 4, applied 4: a b c").And.Contain("3 follower t1 of 1, log 4..5, commit 5, applied 5: a b c d"));
    }

    [Test]
    public void A_follower_that_needs_entries_which_are_gone_gets_the_snapshot_and_discards_its_log()
    {
        // Node 3 has uncommitted entries of its own that contradict what the snapshot covers.
        var happened = Conversation.Of(
            "cluster 3 snapshot-every=4", "quietly elect 3", "isolate 3", "propose 3 x y", "elapse 1 2 150ms", "quietly elect 1", "propose 1 a b c", "quietly deliver",
            "elapse 3 150ms", "elapse 3 150ms", "heal", "timeout 1", "deliver", "timeout 1", "quietly deliver", "status", "log 3");
        Assert.That(happened, Does.Contain("1→3 snapshot t2 of 4/2").And.Contain("3 follower t2 of 1, log 4..5, commit 5, applied 5: a b c"));
        Assert.That(happened, Does.EndWith("5/2 c\n"));
    }

    [Test]
    public void A_snapshot_of_what_the_log_has_keeps_the_entries_behind_it()
    {
        // Node 3 has entries 1 to 5 without knowing that they are committed; the leader sends it the snapshot at 4 all the same.
        var happened = Conversation.Of(
            "cluster 3 snapshot-every=4", "quietly elect 1", "propose 1 a b c d", "quietly deliver 1→3", "quietly drop 3→1", "quietly deliver 1→2", "quietly deliver 2→1", "quietly drop 1→3",
            "disconnect 1 3", "propose 1 e", "deliver", "timeout 1", "quietly deliver", "log 3", "status");
        Assert.That(happened, Does.Contain("3 follower t1 of 1, log 4..6, commit 6, applied 6: a b c d e"));
    }
}
