namespace Consensus.Raft.Tests.Paper;

/// <summary>Sections 5.5 and 5.6: follower and candidate crashes, timing and availability.</summary>
public sealed class Section55And56CrashAndTimingTests
{
    [Test]
    public void What_a_crashed_follower_missed_is_sent_until_it_has_it()
    {
        var happened = Conversation.Of(
            "cluster 3", "quietly elect 1", "crash 3", "propose 1 a b", "quietly deliver", "timeout 1", "quietly deliver", "restart 3", "timeout 1", "quietly deliver", "timeout 1", "quietly deliver", "status");
        Assert.That(happened, Does.Contain("3 follower t1 of 1, log 0..3, commit 3, applied 3: a b"));
    }

    [Test]
    public void A_request_that_arrives_twice_does_no_harm()
    {
        var happened = Conversation.Of("cluster 3", "quietly elect 1", "propose 1 a", "duplicate 1→2", "deliver 1→2", "deliver 2→1", "log 2");
        Assert.That(Conversation.Count(happened, "2→1 accepted t1 match 2"), Is.EqualTo(2));
        Assert.That(happened, Does.EndWith("1/1 no-op\n2/1 a\n"));
    }

    [Test]
    public void A_replica_remembers_term_vote_and_log_across_a_crash()
    {
        var happened = Conversation.Of("cluster 3", "quietly elect 1", "propose 1 a", "quietly deliver", "crash 2", "restart 2", "status", "log 2");
        Assert.That(happened, Does.Contain("2 follower t1 of nobody, log 0..2").And.EndWith("1/1 no-op\n2/1 a\n"));
    }

    [Test]
    public void Settings_whose_heartbeats_are_too_slow_for_the_election_timeout_are_refused()
    {
        var options = new RaftOptions { HeartbeatInterval = TimeSpan.FromMilliseconds(60) };
        Assert.That(options.Validate(), Has.One.Contains(nameof(RaftOptions.HeartbeatInterval)));
        Assert.That(new RaftOptions().Validate(), Is.Empty);
    }
}
