namespace Consensus.Raft.Tests.Paper;

/// <summary>Section 5.4: safety. Figure 8 is the conversation r01.</summary>
public sealed class Section54SafetyTests
{
    [TestCase("1 1", "2/1", true, Description = "the same")]
    [TestCase("1 1", "3/1", true, Description = "longer")]
    [TestCase("1 1 1", "2/1", false, Description = "shorter")]
    [TestCase("1 1 1", "2/2", true, Description = "shorter, but its last term is later")]
    [TestCase("1 2", "3/1", false, Description = "longer, but its last term is earlier")]
    public void A_replica_votes_only_for_a_log_that_is_at_least_as_up_to_date(string own, string candidates, bool granted)
    {
        var happened = Conversation.Of("cluster 3", $"history 2 {own}", $"stand 1→2 5 {candidates}", "deliver 1→2", "deliver 2→1");
        Assert.That(happened, Does.Contain(granted ? "2→1 vote yes t5" : "2→1 vote no t5"));
    }

    [TestCase("1 1", "1 1", true)]
    [TestCase("1 1 1", "1 1", true)]
    [TestCase("1 1", "1 1 1", false)]
    [TestCase("2", "1 1", true)]
    [TestCase("1 1 1", "1 2", false)]
    public void A_pre_vote_is_answered_by_the_same_rule(string candidates, string own, bool granted)
    {
        var happened = Conversation.Of("cluster 2", $"history 1 {candidates}", $"history 2 {own}", "campaign 1", "deliver", "campaign 1", "deliver");
        Assert.That(happened, granted ? Does.Contain("1 is leader") : Does.Contain("2→1 pre-vote no").And.Not.Contain("leader"));
    }

    [Test]
    public void Entries_of_older_terms_are_committed_with_the_first_of_the_leaders_own()
    {
        // Figure 8 (e): the entry of term 2 and the leader's own are on a majority.
        var happened = Conversation.Of(
            "cluster 5", "history 1 1 2", "history 2 1 2", "history 3 1", "history 4 1", "history 5 1 3", "crash 4", "crash 5", "elect 1", "status", "restart 5", "elapse 2 3 150ms", "isolate 1",
            "quietly campaign 5", "quietly deliver", "quietly campaign 5", "quietly deliver", "status");
        Assert.That(happened, Does.Contain("3 follower t3 of 1, log 0..3, commit 3, applied 3: c1.1 c2.2"), "with node 1's no-op, c2.2 is committed");
        Assert.That(happened, Does.Not.Contain("5 leader"), "node 5 can no longer win");
    }

    [Test]
    public void Terms_and_indexes_of_old_entries_stay_as_they_are()
    {
        var happened = Conversation.Of("cluster 3", "history 1 1 2 2", "quietly elect 1", "log 3");
        Assert.That(happened, Is.EqualTo("1/1 c1.1\n2/2 c2.2\n3/2 c3.2\n4/3 no-op\n"));
    }
}
