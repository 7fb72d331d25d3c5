namespace Consensus.Raft.Tests.Paper;

/// <summary>Section 6 and chapter 4 of the thesis: cluster membership changes.</summary>
public sealed class Section6MembershipTests
{
    // Nodes 1, 2, 3 vote; 4 and 5 are learners that have the whole log.
    private static readonly string[] ThreeAndTwoLearners =
        ["cluster 3", "node 4", "node 5", "quietly elect 1", "quietly change 1 add-learner 4 add-learner 5", "quietly deliver"];

    [Test]
    public void A_joint_configuration_takes_effect_when_it_is_appended()
    {
        var happened = Conversation.Of([.. ThreeAndTwoLearners, "change 1 promote 4 promote 5", "members"]);
        Assert.That(Conversation.Count(happened, "1 knows the members (1, 2, 3, 4, 5; leaving 1, 2, 3)"), Is.EqualTo(2));
    }

    [TestCase("2", false, Description = "two of three old voters, two of five new ones")]
    [TestCase("4 5", false, Description = "one of three, three of five")]
    [TestCase("2 4", true, Description = "two of three, three of five")]
    public void While_the_configuration_is_joint_an_entry_needs_a_majority_of_both(string answering, bool committed)
    {
        var happened = Conversation.Of(
        [
            .. ThreeAndTwoLearners,
            "change 1 promote 4 promote 5",
            .. answering.Split(' ').SelectMany(id => new[] { $"quietly deliver 1→{id}", $"quietly deliver {id}→1" }),
            "status",
        ]);
        Assert.That(happened, Does.Contain(committed ? "1 leader t1 of 1, log 0..4, commit 3" : "1 leader t1 of 1, log 0..3, commit 2"));
    }

    [TestCase("3", false, Description = "two of three old voters, two of five new ones")]
    [TestCase("4 5", false, Description = "one of three, three of five")]
    [TestCase("3 5", true, Description = "two of three, three of five")]
    public void While_the_configuration_is_joint_a_candidate_needs_a_majority_of_both(string voting, bool elected)
    {
        // Node 2 has the joint configuration in its log, and is alone with some of the others.
        string[] gone = [.. new[] { "1", "3", "4", "5" }.Except(voting.Split(' '), StringComparer.Ordinal).Select(id => $"crash {id}")];
        var happened = Conversation.Of(
        [
            .. ThreeAndTwoLearners, "change 1 promote 4 promote 5", "quietly deliver 1→2", "quietly drop", .. gone,
            $"elapse 2 {voting} 150ms", "quietly campaign 2", "quietly deliver", "status",
        ]);
        Assert.That(happened, elected ? Does.Contain("2 leader t2") : Does.Not.Contain("2 leader"));
    }

    [Test]
    public void The_old_configuration_is_left_when_the_joint_one_is_committed()
    {
        var happened = Conversation.Of([.. ThreeAndTwoLearners, "quietly change 1 promote 4 remove 3", "quietly deliver", "log 1"]);
        Assert.That(happened, Does.EndWith("3/1 (1, 2, 3 leaving, 4, 5 learner; leaving 1, 2, 3)\n4/1 (1, 2, 4, 5 learner)\n"));
    }

    [Test]
    public void A_new_server_gets_the_log_before_it_votes()
    {
        // Thesis, section 4.2.1.
        var happened = Conversation.Of("cluster 3", "node 4", "quietly elect 1", "propose 1 a b c", "quietly deliver", "change 1 add 4", "isolate 4", "quietly deliver", "members");
        Assert.That(happened, Does.Contain("1 knows the members (1, 2, 3, 4 joining)").And.Not.Contain("(1, 2, 3, 4;"));
        happened = Conversation.Of("cluster 3", "node 4", "quietly elect 1", "propose 1 a b c", "quietly deliver", "change 1 add 4", "deliver", "members");
        Assert.That(happened, Does.Contain("1 ends #4: done").And.Contain("4 knows the members (1, 2, 3, 4)"));
    }

    [Test]
    public void A_leader_that_is_removed_does_not_count_itself()
    {
        // Thesis, section 4.2.2: the entry that removes node 1 is on its own disk and on one other of the three that stay.
        var happened = Conversation.Of(
            "cluster 4", "quietly elect 1", "quietly change 1 remove 1", "quietly deliver 1→2", "quietly deliver 1→3", "quietly deliver 1→4",
            "quietly deliver 2→1", "quietly deliver 3→1", "crash 4", "deliver 1→2", "deliver 2→1", "status", "deliver 1→3", "deliver 3→1");
        Assert.That(happened, Does.Contain("1 leader t1 of 1, log 0..3, commit 2"));
        Assert.That(happened, Does.Contain("1 is learner in term 1"), "with the second one of the three it is committed");
    }

    [Test]
    public void A_replica_that_hears_its_leader_ignores_requests_to_vote()
    {
        // Thesis, section 4.2.3: a removed server that knows no pre-vote does not depose the leader.
        var happened = Conversation.Of("cluster 3", "quietly elect 1", "stand 9→2 7 9/6", "deliver 9→2", "stand 9→1 7 9/6", "deliver 9→1", "status");
        Assert.That(Conversation.Count(happened, "t1 of 1"), Is.EqualTo(3));
    }

    [Test]
    public void A_request_to_vote_of_somebody_who_was_told_to_take_over_is_not_ignored()
    {
        var happened = Conversation.Of("cluster 3", "quietly elect 1", "stand 3→2 2 1/1 transfer", "deliver 3→2", "deliver 2→3");
        Assert.That(happened, Does.Contain("2→3 vote yes t2"));
    }

    [Test]
    public void Any_change_of_several_voters_at_once_goes_through_one_joint_configuration()
    {
        // Thesis, section 4.3.
        var happened = Conversation.Of([.. ThreeAndTwoLearners, "quietly change 1 promote 4 promote 5 remove 2 remove 3", "quietly deliver", "members"]);
        Assert.That(happened, Does.Contain("1 knows the members (1, 4, 5)").And.Contain("4 knows the members (1, 4, 5)").And.Contain("5 knows the members (1, 4, 5)"));
    }

    [Test]
    public void A_learner_that_lags_behind_is_not_promoted()
    {
        var commands = string.Join(' ', Enumerable.Range(1, 150).Select(i => $"c{i}"));
        var happened = Conversation.Of("cluster 3", "node 4", "quietly elect 1", "quietly change 1 add-learner 4", "quietly deliver", "isolate 4", $"quietly propose 1 {commands}", "quietly deliver", "change 1 promote 4");
        Assert.That(happened, Does.Contain("NotCaughtUp"));
    }
}
