namespace Consensus.Raft.Tests.Paper;

/// <summary>Ongaro's thesis where it goes beyond the paper: sections 3.10, 9.6 and 10.2.1.</summary>
public sealed class ThesisTests
{
    [Test]
    public void In_3_10_the_target_catches_up_before_it_is_told_and_stands_without_waiting()
    {
        var happened = Conversation.Of("cluster 3", "quietly elect 1", "propose 1 a", "transfer 1 2", "deliver 1→2", "deliver 2→1", "deliver 1→2", "quietly deliver", "status");
        var caughtUp = happened.IndexOf("2→1 accepted t1 match 2", StringComparison.Ordinal);
        var told = happened.IndexOf("1→2 take over t1", StringComparison.Ordinal);
        Assert.That(caughtUp, Is.Not.Negative.And.LessThan(told));
        Assert.That(happened, Does.Contain("2 is candidate in term 2").And.Contain("2 leader t2").And.Not.Contain("pre-vote"));
    }

    [Test]
    public void In_3_10_a_leader_that_hands_over_takes_no_new_commands()
    {
        var happened = Conversation.Of("cluster 3", "quietly elect 1", "propose 1 a", "transfer 1 2", "propose 1 b", "log 1");
        Assert.That(happened, Does.Contain("1 refuses #3: NoLeader").And.EndWith("2/1 a\n"));
    }

    [Test]
    public void In_3_10_a_transfer_that_takes_too_long_is_given_up()
    {
        var happened = Conversation.Of("cluster 3", "quietly elect 1", "cut 1→2", "transfer 1 2", "elapse 1 149ms", "quietly deliver", "elapse 1 151ms", "quietly deliver", "propose 1 b", "quietly deliver", "status");
        Assert.That(happened, Does.Contain("1 ends #1: TimedOut").And.Contain("1 leader t1 of 1, log 0..2, commit 2"));
    }

    [Test]
    public void In_3_10_a_request_without_a_target_goes_to_the_most_up_to_date()
    {
        var happened = Conversation.Of("cluster 3", "quietly elect 1", "isolate 2", "propose 1 a", "quietly deliver", "heal", "transfer 1 0", "deliver 1→3", "quietly deliver", "status");
        Assert.That(happened, Does.Contain("1→3 take over t1").And.Contain("3 leader t2"));
    }

    [Test]
    public void In_9_6_a_pre_vote_changes_nobodys_term_and_no_vote()
    {
        var happened = Conversation.Of("cluster 3", "campaign 1", "deliver 1→2", "deliver 1→3", "status", "stand 3→2 1 0/0", "deliver 3→2", "deliver 2→3");
        Assert.That(Conversation.Count(happened, " t0 of nobody"), Is.EqualTo(3));
        Assert.That(happened, Does.Contain("2→3 vote yes t1"));
    }

    [Test]
    public void In_9_6_a_replica_that_cannot_win_does_not_enter_a_new_term()
    {
        string[] attempts = [.. Enumerable.Repeat("campaign 3", 10)];
        Assert.That(Conversation.Of(["cluster 3", "quietly elect 1", "isolate 3", .. attempts, "status"]), Does.Contain("3 precandidate t1"));
    }

    [Test]
    public void In_9_6_a_replica_that_returns_from_a_partition_disturbs_nobody()
    {
        var happened = Conversation.Of("cluster 3", "quietly elect 1", "isolate 3", "campaign 3", "campaign 3", "heal", "campaign 3", "quietly deliver", "timeout 1", "quietly deliver", "status");
        Assert.That(Conversation.Count(happened, "t1 of 1"), Is.EqualTo(3));
    }

    [Test]
    public void In_9_6_a_replica_that_hears_its_leader_answers_no_pre_vote()
    {
        var happened = Conversation.Of("cluster 3", "quietly elect 1", "campaign 3", "deliver");
        Assert.That(happened, Does.Contain("3→2 pre-vote?").And.Not.Contain("2→3").And.Not.Contain("1→3"));
    }

    [Test]
    public void In_10_2_1_a_leader_sends_entries_while_its_own_disk_is_writing_them()
    {
        var happened = Conversation.Of("cluster 3", "quietly elect 1", "hold-flush 1", "propose 1 a", "deliver 1→2");
        Assert.That(happened, Does.Contain("1→2 append t1 after 1/1 commit 1: 2/1 a"));
    }

    [Test]
    public void In_10_2_1_a_majority_of_followers_commits_what_is_not_on_the_leaders_disk_yet()
    {
        var happened = Conversation.Of("cluster 3", "quietly elect 1", "hold-flush 1", "propose 1 a", "deliver 1→2", "deliver 2→1", "status", "deliver 1→3", "deliver 3→1", "status");
        Assert.That(happened, Does.Contain("1 leader t1 of 1, log 0..2, commit 1, applied 1"), "one follower's disk is no majority of three");
        Assert.That(happened, Does.Contain("1 leader t1 of 1, log 0..2, commit 2, applied 2: a"));
    }

    [Test]
    public void In_10_2_1_a_leaders_disk_counts_like_a_followers()
    {
        var happened = Conversation.Of("cluster 3", "quietly elect 1", "hold-flush 1", "propose 1 a", "deliver 1→2", "deliver 2→1", "flush 1", "status");
        Assert.That(happened, Does.Contain("1 leader t1 of 1, log 0..2, commit 2, applied 2: a"));
    }
}
