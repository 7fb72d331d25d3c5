using Consensus.Engine;
using Consensus.Raft.Tests.Cluster;

namespace Consensus.Raft.Tests.Paper;

/// <summary>Section 5.2: leader election.</summary>
public sealed class Section52ElectionTests
{
    [Test]
    public void A_candidate_enters_a_new_term_votes_for_itself_and_asks_everybody_at_once()
    {
        var happened = Conversation.Of("cluster 3", "quietly campaign 1", "quietly deliver 1→2", "quietly deliver 2→1", "deliver 1→2", "quietly deliver 1→3 1", "deliver 1→3");
        Assert.That(happened, Does.Contain("1→2 vote? t1").And.Contain("1→3 vote? t1"));
    }

    [TestCase(1, 0)]
    [TestCase(2, 1)]
    [TestCase(3, 1)]
    [TestCase(4, 2)]
    [TestCase(5, 2)]
    [TestCase(7, 3)]
    public void A_candidate_wins_with_the_votes_of_a_majority_and_not_before(int voters, int votes)
    {
        // So many others answer.
        string[] Commands(int answering) =>
        [
            $"cluster {voters}",
            .. Enumerable.Range(2 + answering, voters - 1 - answering).Select(id => $"crash {id}"),
            "campaign 1",
            "deliver",
        ];
        Assert.That(Conversation.Of(Commands(votes)), Does.Contain("1 is leader in term 1"));
        if (votes > 0)
        {
            Assert.That(Conversation.Of(Commands(votes - 1)), Does.Not.Contain("leader"));
        }
    }

    [Test]
    public void A_replica_votes_once_in_a_term_for_whoever_asks_first()
    {
        var happened = Conversation.Of("cluster 3", "stand 1→2 1 0/0", "stand 3→2 1 0/0", "deliver 1→2", "deliver 3→2", "deliver 2→1", "deliver 2→3");
        Assert.That(happened, Does.Contain("2→1 vote yes t1").And.Contain("2→3 vote no t1"));
    }

    [Test]
    public void A_vote_is_repeated_for_the_same_candidate()
    {
        var happened = Conversation.Of("cluster 3", "stand 1→2 1 0/0", "stand 1→2 1 0/0", "deliver 1→2", "deliver 2→1");
        Assert.That(Conversation.Count(happened, "vote yes t1"), Is.EqualTo(2));
    }

    [Test]
    public void A_candidate_follows_the_leader_of_its_term()
    {
        var happened = Conversation.Of(
            "cluster 3", "quietly campaign 1", "quietly campaign 3", "quietly deliver 1→2", "quietly deliver 3→2", "quietly deliver 2→1", "quietly deliver 2→3",
            "quietly deliver 1→2", "quietly deliver 2→1", "status", "quietly drop 1→3 2", "deliver 1→3");
        Assert.That(happened, Does.Contain("1 leader t1").And.Contain("3 candidate t1").And.Contain("3 is follower in term 1"));
    }

    [Test]
    public void A_split_vote_ends_with_another_election_in_a_newer_term()
    {
        var happened = Conversation.Of(
            "cluster 4", "quietly campaign 1", "quietly campaign 2",
            "quietly deliver 1→3", "quietly deliver 1→4", "quietly deliver 2→3", "quietly deliver 2→4",
            "quietly deliver 3→1", "quietly deliver 4→1", "quietly deliver 3→2", "quietly deliver 4→2",
            "quietly deliver 1→3", "quietly deliver 2→4", "quietly deliver", "status", "quietly elect 1", "status");
        Assert.That(happened, Does.Contain("1 leader t2").And.Not.Contain("leader t1"));
    }

    [Test]
    public void A_leader_sends_heartbeats_at_once_and_then_at_every_interval()
    {
        var happened = Conversation.Of("cluster 2", "elect 1", "timeout 1", "timeout 1", "deliver");
        Assert.That(happened, Does.Contain("1→2 heartbeat t1 commit 0 round 1").And.Contain("round 2").And.Contain("round 3"));
    }

    [Test]
    public void A_follower_that_hears_its_leader_does_not_stand()
    {
        string[] rounds = [.. Enumerable.Repeat(new[] { "elapse 1 2 3 100ms", "quietly deliver" }, 20).SelectMany(round => round)];
        Assert.That(Conversation.Of(["cluster 3", "quietly elect 1", .. rounds]), Does.Not.Contain("candidate"));
    }

    [Test]
    public void Election_timeouts_are_drawn_from_the_whole_interval()
    {
        var options = new RaftOptions();
        var timeouts = Enumerable.Range(0, 200).Select(seed => TimeoutOf((ulong)seed, options)).ToArray();
        Assert.That(timeouts, Has.All.InRange(options.ElectionTimeoutMin, options.ElectionTimeoutMax));
        var middle = (options.ElectionTimeoutMin + options.ElectionTimeoutMax) / 2;
        Assert.That(timeouts.Count(timeout => timeout < middle), Is.InRange(60, 140));
        Assert.That(timeouts.Distinct().Count(), Is.GreaterThan(190));
    }

    [Test]
    public void At_each_attempt_another_timeout_is_drawn()
    {
        var replica = new TestReplica(new NodeId(1), new TestDisk(Voters(3)), new NoWorld(), new RaftOptions(), SnapshotPolicy.Default, 1, Ticks.Zero);
        var timeouts = new HashSet<TimeSpan>();
        for (var i = 0; i < 20; i++)
        {
            var deadline = replica.NextDeadline;
            timeouts.Add(deadline - replica.Now);
            replica.Elapse(deadline);
        }

        Assert.That(timeouts, Has.Count.EqualTo(20));
    }

    private static ClusterMembership Voters(int count) =>
        new([.. Enumerable.Range(1, count).Select(id => new Member(new NodeId((uint)id), $"node-{id}"))], []);

    private static TimeSpan TimeoutOf(ulong seed, RaftOptions options) =>
        new TestReplica(new NodeId(1), new TestDisk(Voters(3)), new NoWorld(), options, SnapshotPolicy.Default, seed, Ticks.Zero).NextDeadline - Ticks.Zero;

    private sealed class NoWorld : ITestWorld
    {
        public void OnSent(TestReplica from, NodeId to, byte[] frame)
        {
        }

        public void OnBackgroundResult(TestReplica replica, Input result)
        {
        }

        public void OnHappened(TestReplica replica, object happening)
        {
        }
    }
}
