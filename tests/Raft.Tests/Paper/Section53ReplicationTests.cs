namespace Consensus.Raft.Tests.Paper;

/// <summary>Section 5.3: log replication.</summary>
public sealed class Section53ReplicationTests
{
    [Test]
    public void A_leader_appends_commands_with_its_term_and_sends_them_to_everybody()
    {
        var happened = Conversation.Of("cluster 3", "quietly elect 1", "propose 1 a", "log 1", "deliver 1→2", "deliver 1→3");
        Assert.That(happened, Does.Contain("\n2/1 a\n").And.Contain("1→2 append t1 after 1/1 commit 1: 2/1 a").And.Contain("1→3 append t1 after 1/1 commit 1: 2/1 a"));
    }

    [TestCase(3, 1)]
    [TestCase(4, 2)]
    [TestCase(5, 2)]
    public void An_entry_is_committed_and_applied_when_a_majority_has_it(int voters, int others)
    {
        string[] Commands(int having) =>
        [
            $"cluster {voters}",
            "quietly elect 1",
            .. Enumerable.Range(2 + having, voters - 1 - having).Select(id => $"crash {id}"),
            "propose 1 a",
            "quietly deliver",
            "status",
        ];
        Assert.That(Conversation.Of(Commands(others)), Does.Contain("1 leader t1 of 1, log 0..2, commit 2, applied 2: a"));
        Assert.That(Conversation.Of(Commands(others - 1)), Does.Contain("1 leader t1 of 1, log 0..2, commit 1, applied 1: "));
    }

    [Test]
    public void Followers_learn_the_commit_index_with_later_messages_and_apply_in_the_order_of_the_log()
    {
        var happened = Conversation.Of("cluster 3", "quietly elect 1", "propose 1 a b c", "quietly deliver", "status");
        Assert.That(Conversation.Count(happened, "commit 4, applied 4: a b c"), Is.EqualTo(3));
    }

    [Test]
    public void A_follower_rejects_entries_that_do_not_follow_what_it_has()
    {
        var happened = Conversation.Of("cluster 3", "history 1 1 1 1", "history 2 1", "history 3 1 1 1", "quietly campaign 1", "quietly deliver 1→3", "quietly deliver 3→1", "quietly deliver 1→3", "quietly deliver 3→1", "deliver 1→2", "deliver 2→1");
        Assert.That(happened, Does.Contain("1→2 append t2 after 3/1 commit 0: 4/2 no-op").And.Contain("2→1 rejected t2 after 3 hint 1/1"));
    }

    /// <summary>Figure 7: what the logs of followers may look like when a leader comes to power. All become the leader's.</summary>
    [Test]
    public void Every_log_of_figure_7_becomes_the_leaders()
    {
        string[] logs =
        [
            "1 1 1 4 4 5 5 6 6 6",
            "1 1 1 4 4 5 5 6 6",
            "1 1 1 4",
            "1 1 1 4 4 5 5 6 6 6 6",
            "1 1 1 4 4 5 5 6 6 6 7 7",
            "1 1 1 4 4 4 4",
            "1 1 1 2 2 2 3 3 3 3 3",
        ];
        string[] begin = ["cluster 7", .. logs.Select((log, i) => $"history {i + 1} {log}"), "quietly elect 1", "quietly timeout 1", "quietly deliver"];
        var expected = Conversation.Of([.. begin, "log 1"]);
        Assert.That(expected, Does.StartWith("1/1 c1.1\n").And.Contain("\n10/6 c10.6\n11/").And.EndWith("no-op\n"));
        for (var id = 2; id <= 7; id++)
        {
            Assert.That(Conversation.Of([.. begin, $"log {id}"]), Is.EqualTo(expected), $"follower {"abcdef"[id - 2]}");
        }
    }

    [Test]
    public void A_leader_never_overwrites_or_removes_entries_of_its_own()
    {
        var happened = Conversation.Of("cluster 3", "history 1 1 1 2", "history 2 1 1 1 1", "history 3 1 1", "quietly elect 1", "log 1");
        Assert.That(happened, Is.EqualTo("1/1 c1.1\n2/1 c2.1\n3/2 c3.2\n4/3 no-op\n"));
    }

    [Test]
    public void What_agrees_stays_when_a_late_message_with_fewer_entries_arrives()
    {
        // Two messages with entries 2 and 3; the first is delivered again after the second.
        var happened = Conversation.Of(
            "cluster 3", "quietly elect 1", "propose 1 a", "duplicate 1→2", "quietly deliver 1→2 1", "propose 1 b", "delay 1→2", "deliver 1→2", "log 2");
        Assert.That(happened, Does.EndWith("1/1 no-op\n2/1 a\n3/1 b\n"));
    }
}
