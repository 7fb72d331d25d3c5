namespace Consensus.Raft.Tests.Paper;

/// <summary>Ongaro and Ousterhout, section 5.1: Raft basics.</summary>
public sealed class Section51TermTests
{
    [Test]
    public void Replicas_begin_as_followers() =>
        Assert.That(Conversation.Count(Conversation.Of("cluster 5", "status"), "follower t0 of nobody"), Is.EqualTo(5));

    [Test]
    public void A_leader_that_hears_a_newer_term_becomes_a_follower()
    {
        var happened = Conversation.Of("cluster 3", "quietly elect 1", "isolate 1", "elapse 2 3 150ms", "quietly elect 2", "heal", "timeout 2", "deliver 2→1");
        Assert.That(happened, Does.Contain("2→1 heartbeat t2").And.Contain("1 is follower in term 2"));
    }

    [Test]
    public void A_candidate_that_hears_a_newer_term_becomes_a_follower()
    {
        var happened = Conversation.Of("cluster 3", "quietly campaign 1", "quietly deliver 1→2", "quietly deliver 2→1", "stand 3→1 5 9/4", "deliver 3→1", "deliver 1→3");
        Assert.That(happened, Does.Contain("1 is follower in term 5").And.Contain("1→3 vote yes t5"));
    }

    [Test]
    public void A_request_of_an_older_term_is_rejected_with_the_newer_one()
    {
        var happened = Conversation.Of(
            "cluster 3", "quietly elect 1", "isolate 1", "elapse 2 3 150ms", "quietly elect 2", "heal", "propose 1 x", "timeout 1", "quietly deliver 1→3", "log 3", "deliver 3→1");
        Assert.That(happened, Does.StartWith("1/1 no-op\n2/2 no-op\n3→1 rejected t2"));
    }

    [Test]
    public void An_answer_of_an_older_term_is_ignored()
    {
        var happened = Conversation.Of("cluster 3", "quietly campaign 1", "quietly deliver 1→2", "quietly deliver 2→1", "quietly deliver 1→2", "stand 3→1 5 0/0", "quietly deliver 3→1", "deliver 2→1", "status");
        Assert.That(happened, Does.Contain("2→1 vote yes t1").And.Contain("1 follower t5 of nobody"));
    }
}
