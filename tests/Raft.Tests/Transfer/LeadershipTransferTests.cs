using Consensus.Engine;
using Consensus.Raft.Messages;
using Consensus.Raft.Transfer;

namespace Consensus.Raft.Tests.Transfer;

/// <summary>Replica 1 leads; 2 and 3 vote, 4 learns.</summary>
[TestFixture]
public sealed class LeadershipTransferTests
{
    private static readonly NodeId Self = new(1);
    private static readonly Ticket Asked = new(7);

    private NewLeader _leader = null!;
    private LeadershipTransfer _transfer = null!;

    [SetUp]
    public void Lead()
    {
        var voters = NewState.Voters(3);
        _leader = new NewLeader(voters with { Members = voters.Members.Add(new Member(new NodeId(4), "n4", MemberRole.Learner)) });
        _transfer = new LeadershipTransfer(_leader.State, _leader.Replicator, _leader.Desk);
        _leader.CommitAll();
    }

    [Test]
    public void The_target_is_told_once_and_when_it_has_everything()
    {
        _leader.Propose(2);
        _transfer.Request(Self, Asked, new NodeId(2));
        _transfer.Advance();
        _leader.Accept(2, 2);
        _transfer.Advance();
        Assert.That(Told, Is.Empty);
        _leader.Accept(2, 3);
        _transfer.Advance();
        _transfer.Advance();
        Assert.That(Told, Is.EqualTo(new[] { 2U }));
        Assert.That(_transfer.IsUnderWay, Is.True, "it may not have heard");
    }

    [TestCase(4U)]
    [TestCase(9U)]
    public void Nobody_but_a_voter_takes_over(uint target)
    {
        _transfer.Request(Self, Asked, new NodeId(target));
        AssertEnded(RefusalReason.InvalidChange);
        Assert.That(_transfer.IsUnderWay, Is.False);
    }

    [Test]
    public void To_hand_over_to_oneself_is_done_at_once()
    {
        _transfer.Request(Self, Asked, Self);
        AssertEnded(RefusalReason.None);
        Assert.That(_transfer.IsUnderWay, Is.False);
    }

    [Test]
    public void Without_a_target_the_voter_that_has_most_takes_over()
    {
        _leader.Propose(2);
        _leader.Accept(3, 3);
        _leader.Accept(4, 3);
        _leader.Accept(2, 2);
        _transfer.Request(Self, Asked, NodeId.None);
        _transfer.Advance();
        Assert.That(Told, Is.EqualTo(new[] { 3U }));
    }

    [Test]
    public void A_voter_alone_has_nobody_to_hand_over_to()
    {
        var alone = new NewLeader(NewState.Voters(1));
        var transfer = new LeadershipTransfer(alone.State, alone.Replicator, alone.Desk);
        transfer.Request(Self, Asked, NodeId.None);
        Assert.That(alone.Ended, Is.EqualTo(new[] { (Asked.Value, RefusalReason.InvalidChange) }));
        Assert.That(transfer.HandOver(), Is.False);
        Assert.That(alone.State.Effects.Messages, Is.Empty);
    }

    [Test]
    public void While_one_is_under_way_another_is_refused()
    {
        _transfer.Request(Self, Asked, new NodeId(2));
        _transfer.Request(new NodeId(3), new Ticket(8), new NodeId(3));
        Assert.That(_leader.Ended, Is.Empty);
        Assert.That(_leader.State.Sent<ControlOutcome>().Single().Message.Result.Refusal, Is.EqualTo(RefusalReason.Busy));
    }

    [Test]
    public void It_is_given_up_after_the_longest_election_timeout_and_another_may_begin()
    {
        var begun = _leader.State.Now;
        _transfer.Request(Self, Asked, new NodeId(2));
        Assert.That(_transfer.Deadline, Is.EqualTo(begun + _leader.State.Options.ElectionTimeoutMax));
        _leader.State.Now = begun + (_leader.State.Options.ElectionTimeoutMax - TimeSpan.FromTicks(1));
        _transfer.OnTime();
        Assert.That(_transfer.IsUnderWay, Is.True);
        _leader.State.Now += TimeSpan.FromTicks(1);
        _transfer.OnTime();
        AssertEnded(RefusalReason.TimedOut);
        Assert.That((_transfer.IsUnderWay, _transfer.Deadline), Is.EqualTo((false, Ticks.Never)));

        _transfer.Request(Self, Asked, new NodeId(3));
        _transfer.Advance();
        Assert.That(Told, Is.EqualTo(new[] { 3U }));
    }

    [TestCase(2U, RefusalReason.None)]
    [TestCase(3U, RefusalReason.InvalidChange)]
    [TestCase(1U, RefusalReason.InvalidChange, Description = "this node was elected again")]
    public void Who_leads_next_decides_how_it_ended(uint next, RefusalReason expected)
    {
        _transfer.Request(Self, Asked, new NodeId(2));
        _transfer.OnLeaderChanged(NodeId.None);
        Assert.That(_transfer.IsUnderWay, Is.True, "nobody leads yet");
        _transfer.OnLeaderChanged(new NodeId(next));
        AssertEnded(expected);
        Assert.That((_transfer.IsUnderWay, _transfer.Deadline), Is.EqualTo((false, Ticks.Never)));
    }

    [Test]
    public void A_leader_that_must_go_tells_the_voter_that_has_most()
    {
        _leader.Propose(2);
        _leader.Accept(3, 3);
        _leader.Accept(4, 3);
        Assert.That(_transfer.HandOver(), Is.True);
        Assert.That(Told, Is.EqualTo(new[] { 3U }));
    }

    [Test]
    public void Who_was_heard_lately_takes_over_before_who_has_more()
    {
        _leader.Propose(2);
        _leader.Member(3).OnHeard(_leader.State.Now);
        _leader.Accept(3, 3);
        _leader.State.Now += _leader.State.Options.ElectionTimeoutMin;
        _leader.Member(2).OnHeard(_leader.State.Now);
        _leader.Accept(2, 2);
        Assert.That(_transfer.HandOver(), Is.True);
        Assert.That(Told, Is.EqualTo(new[] { 2U }));
    }

    [TestCase(true, "this node leads on")]
    [TestCase(false, "this node leads no more")]
    public void One_that_is_given_up_says_who_leads(bool leads, string expected)
    {
        _transfer.Request(Self, Asked, new NodeId(2));
        _leader.State.Role = leads ? ReplicaRole.Leader : ReplicaRole.Follower;
        _leader.State.Now += _leader.State.Options.ElectionTimeoutMax;
        _transfer.OnTime();
        Assert.That(_leader.State.Effects.Controls[^1].Result.Detail, Does.Contain(expected));
    }

    private IEnumerable<uint> Told => _leader.State.Sent<TimeoutNow>().Select(sent => sent.To.Value);

    private void AssertEnded(RefusalReason expected) => Assert.That(_leader.Ended, Is.EqualTo(new[] { (Asked.Value, expected) }));
}
