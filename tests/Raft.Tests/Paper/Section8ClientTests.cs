namespace Consensus.Raft.Tests.Paper;

/// <summary>Section 8 and chapter 6 of the thesis: clients. Sessions are in Replication.Tests/Sessions.</summary>
public sealed class Section8ClientTests
{
    [Test]
    public void A_follower_passes_commands_on_to_the_leader()
    {
        // Thesis, section 6.2.
        var happened = Conversation.Of("cluster 3", "quietly elect 1", "propose 3 a", "deliver 3→1", "quietly deliver", "status");
        Assert.That(happened, Does.Contain("3→1 propose t1: a").And.Contain("applied 2: a"));
    }

    [Test]
    public void Without_a_leader_a_command_is_refused_and_has_no_effect() =>
        Assert.That(Conversation.Of("cluster 3", "propose 1 a", "log 1"), Is.EqualTo("1 refuses #1: NoLeader\n"));

    [Test]
    public void A_replica_that_no_longer_leads_refuses_what_is_passed_on_to_it()
    {
        var happened = Conversation.Of("cluster 3", "quietly elect 1", "propose 3 a", "elapse 1 150ms", "elapse 1 150ms", "deliver 3→1", "deliver 1→3");
        Assert.That(happened, Does.Contain("1→3 refused t1 NoLeader: #1").And.Contain("3 refuses #1: NoLeader"));
    }

    [Test]
    public void A_new_leader_commits_an_empty_entry_at_the_start_of_its_term() =>
        Assert.That(Conversation.Of("cluster 3", "quietly elect 1", "log 1", "status"), Does.StartWith("1/1 no-op\n").And.Contain("commit 1"));

    [Test]
    public void A_read_is_answered_after_a_round_with_a_majority_and_writes_nothing()
    {
        // Thesis, section 6.4.
        var happened = Conversation.Of("cluster 5", "quietly elect 1", "read 1", "deliver 1→2", "deliver 2→1", "deliver 1→3", "deliver 3→1", "log 1");
        Assert.That(happened, Does.EndWith("3→1 alive t1 round 2\n1 may read #1 at 1\n1/1 no-op\n"));
    }

    [Test]
    public void A_followers_read_asks_the_leader_for_the_index()
    {
        var happened = Conversation.Of("cluster 3", "quietly elect 1", "read 3", "deliver");
        Assert.That(happened, Does.Contain("3→1 read? t1 #1").And.Contain("1→3 read t1 #1 at 1").And.Contain("3 may read #1 at 1"));
        Assert.That(happened.IndexOf("round 2", StringComparison.Ordinal), Is.LessThan(happened.IndexOf("1→3 read", StringComparison.Ordinal)));
    }

    [Test]
    public void Reads_that_come_together_share_a_round()
    {
        var happened = Conversation.Of("cluster 3", "quietly elect 1", "read 1", "read 1", "read 1", "deliver");
        Assert.That(Conversation.Count(happened, "1 may read"), Is.EqualTo(3));
    }

    [Test]
    public void A_lease_answers_reads_without_a_round_while_it_lasts()
    {
        // Thesis, section 6.4.1. Conversations r15 show how it ends.
        var happened = Conversation.Of("cluster 3 reads=lease", "elapse 1 2 3 150ms", "quietly elect 1", "read 1", "deliver");
        Assert.That(happened, Does.StartWith("1 may read #1 at 1\n").And.Not.Contain("heartbeat"));
    }

    [Test]
    public void Where_leases_are_read_a_replica_that_has_just_started_helps_nobody_to_depose_a_leader()
    {
        var happened = Conversation.Of("cluster 3 reads=lease", "elapse 1 2 3 150ms", "quietly elect 1", "crash 2", "restart 2", "stand 3→2 2 1/1", "deliver 3→2", "deliver 2→3", "elapse 2 149ms", "stand 3→2 2 1/1", "deliver 3→2", "deliver 2→3", "elapse 2 1ms", "stand 3→2 2 1/1", "deliver 3→2", "deliver 2→3");
        Assert.That(Conversation.Count(happened, "2→3 vote yes"), Is.EqualTo(1));
        Assert.That(happened, Does.EndWith("3→2 vote? t2 last 1/1\n2→3 vote yes t2\n"));
    }
}
