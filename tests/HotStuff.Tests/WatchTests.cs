namespace Consensus.HotStuff.Tests;

/// <summary>What node 3 does about times that do not fit its clock, and about a member that asks without end. Node 1 leads the views 0 to 7.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class WatchTests
{
    private const long Day = 24 * 3_600_000;
    private const long Start = 1000 * Day;

    private static readonly Group Four = Group.Four;
    private static readonly NodeId Leader = new(1);

    private readonly TestReplica _replica = new(clockStart: Start);

    [Test]
    public void A_block_from_the_future_is_refused_and_told_and_its_leader_replaced()
    {
        var block = Block(1, Start + 10_001);
        var node = Four.Node(1, Node.Genesis, block);
        _replica.Receive(1, Four.Propose(node, block));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_replica.SentOf<NodeVote>(), Is.Empty);
            Assert.That(_replica.Core.Tree.Find(node.Hash), Is.Null);
            Assert.That(_replica.Events.OfType<TimestampOutOfRange>(), Is.EqualTo(new[] { new TimestampOutOfRange(Leader, new Timestamp(Start + 10_001), new Timestamp(Start)) }));
            Assert.That(_replica.SuspectsLeader, Is.True);
            Assert.That(_replica.SentOf<TermTimeout>(), Is.Empty, "one alone does not leave");
        }

        _replica.Receive(4, Group.Suspicion);
        Assert.That(_replica.SentOf<TermTimeout>().First().Last.Value, Is.EqualTo(7));
    }

    [TestCase(100, true)]
    [TestCase(300, false)]
    public void What_would_not_be_refused_any_more_is_no_reason_to_give_up_the_term(int milliseconds, bool isReplaced)
    {
        var block = Block(1, Start + 10_200);
        _replica.Receive(1, Four.Propose(Four.Node(1, Node.Genesis, block), block));
        _replica.Wait(milliseconds);
        _replica.Receive(4, Group.Suspicion);
        Assert.That(_replica.SentOf<TermTimeout>().Any(), Is.EqualTo(isReplaced));
    }

    [Test]
    public void A_block_as_far_ahead_as_clocks_may_be_apart_gets_the_vote()
    {
        var block = Block(1, Start + 10_000);
        _replica.Receive(1, Four.Propose(Four.Node(1, Node.Genesis, block), block));
        Assert.That(_replica.SentOf<NodeVote>().Count(), Is.EqualTo(1));
    }

    [Test]
    public void Certified_nodes_are_taken_whatever_their_time_and_so_is_what_follows_them()
    {
        var ahead = Block(1, Start + Day);
        var first = Four.Node(1, Node.Genesis, ahead);
        var block = Block(2, Start + Day);
        var second = Four.Node(2, first, block);

        _replica.Receive(1, Four.Propose(second, block));
        Assert.That(_replica.SentOf<BranchRequest>().Count(), Is.EqualTo(1));
        _replica.Receive(1, new Branch([new FullNode(first, ahead)], Four.Certify(first)));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_replica.SentOf<NodeVote>().Select(vote => vote.Hash), Is.EqualTo(new[] { second.Hash }));
            Assert.That(_replica.Events.OfType<TimestampOutOfRange>(), Is.Empty);
        }
    }

    [TestCase(-20_100, true)]
    [TestCase(-19_000, false)]
    public void A_leader_that_holds_the_time_back_is_replaced_and_its_blocks_get_votes(int offset, bool isReplaced)
    {
        var parent = Node.Genesis;
        for (ulong view = 1; view <= 7; view++)
        {
            var block = Block((byte)view, _replica.Clock + offset);
            parent = Four.Node(view, parent, block);
            _replica.Receive(1, Four.Propose(parent, block));
            _replica.Wait(view < 4 ? 100 : 300);
        }

        Assert.That(_replica.SentOf<NodeVote>().Select(vote => vote.View.Value).Distinct(), Is.EqualTo(new ulong[] { 1, 2, 3, 4, 5, 6, 7 }));
        _replica.Receive(4, Group.Suspicion);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_replica.SentOf<TermTimeout>().Any(), Is.EqualTo(isReplaced));
            Assert.That(_replica.Events.OfType<TimestampOutOfRange>().Select(told => told.Proposer), Is.EqualTo(isReplaced ? new[] { Leader } : []));
        }
    }

    [Test]
    public void A_flood_of_statuses_is_answered_as_far_as_the_ration_goes_and_others_as_before()
    {
        var block = Block(1, Start);
        var first = Four.Node(1, Node.Genesis, block);
        _replica.Receive(1, Four.Propose(first, block));
        _replica.Receive(1, new Certified(Four.Certify(first)));
        for (var i = 0; i < 5000; i++)
        {
            _replica.Receive(4, Group.Status());
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_replica.SentTo<Certified>(4).Count(), Is.InRange(3000, 4000));
            Assert.That(_replica.Events.OfType<PeerFlooding>().Select(told => told.Peer), Is.EqualTo(new[] { new NodeId(4) }));
        }

        _replica.Receive(2, Group.Status());
        _replica.Receive(2, Group.Status());
        Assert.That(_replica.SentTo<Certified>(2).Count(), Is.EqualTo(1), "another member, when it says so again");
    }

    private static Block Block(byte content, long time) => new(new Timestamp(time), [.. Four.Block(content).Batches]);
}
