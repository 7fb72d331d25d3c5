namespace Consensus.HotStuff.Tests;

/// <summary>How node 3 fetches what it lacks, and what it sends others. Node 1 leads the views 0 to 7.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class BranchFetchTests
{
    private static readonly Group Four = Group.Four;
    private readonly TestReplica _replica = new(options: Group.Options with { CatchUpBytes = 1024 });
    private readonly List<FullNode> _chain = [];

    public BranchFetchTests()
    {
        var parent = Node.Genesis;
        for (var view = 1UL; view <= 7; view++)
        {
            var block = Four.Block((byte)view);
            parent = Four.Node(view, parent, block);
            _chain.Add(new FullNode(parent, block));
        }
    }

    private uint[] Asked => [.. _replica.ReceiversOf<BranchRequest>()];

    [Test]
    public void While_an_answer_may_be_on_its_way_higher_certificates_bring_no_more_questions()
    {
        for (var view = 2; view <= 7; view++)
        {
            Propose(view);
        }

        Assert.That(Asked, Is.EqualTo(new[] { 1u }));
    }

    [Test]
    public void When_it_has_come_what_is_missing_still_is_asked_for()
    {
        Propose(2);
        Propose(5);
        _replica.Receive(1, BranchOf(1, 1));
        Assert.That(Asked, Is.EqualTo(new[] { 1u, 1u }));

        _replica.Receive(1, BranchOf(2, 4));
        Assert.That(_replica.State.High.View.Value, Is.EqualTo(4));
    }

    [Test]
    public void Whose_answer_does_not_come_is_not_waited_for_but_taken_when_it_comes_late()
    {
        Propose(5);
        _replica.Wait(250);
        Assert.That(Asked, Has.Length.InRange(2, 4));

        _replica.Receive(1, BranchOf(1, 4));
        Assert.That(_replica.State.High.View.Value, Is.EqualTo(4));
    }

    [Test]
    public void Where_each_piece_takes_three_status_intervals_all_of_it_is_fetched_and_hardly_anything_twice()
    {
        _replica.Receive(1, Four.Propose(_chain[6].Node, _chain[6].Block));
        for (var piece = 1; piece <= 6; piece++)
        {
            var asked = _replica.Sent.First(sent => sent.Message is BranchRequest request && request.After.Value == (ulong)piece - 1).To;
            _replica.Wait(300);
            _replica.Receive(asked.Value, BranchOf(piece, piece));
        }

        Assert.That(_replica.State.High.View.Value, Is.EqualTo(6));
        Assert.That(Asked, Has.Length.InRange(6, 12), "three at first for each piece, until it is known how long they take");
    }

    [Test]
    public void A_branch_is_sent_in_pieces_and_each_goes_on_where_the_one_before_ended()
    {
        for (var view = 1; view <= 7; view++)
        {
            Propose(view);
        }

        var (after, pieces) = (0UL, 0);
        var wanted = Four.Certify(_chain[5].Node);
        while (after < 6)
        {
            _replica.Receive(4, new BranchRequest(wanted, new SequenceNumber(after)));
            var branch = _replica.SentTo<Branch>(4).Last();
            Assert.That(branch.Nodes[0].Node.Height.Value, Is.EqualTo(after + 1));
            Assert.That(branch.Nodes.Sum(each => (AnswerPart.Of(each.Block) + AnswerPart.Of(each.Node.Justify.Votes)).Bytes), Is.LessThanOrEqualTo(1024));
            after += (ulong)branch.Nodes.Length;
            pieces++;
        }

        Assert.That(pieces, Is.InRange(2, 6));
    }

    [Test]
    public void Who_sends_a_node_at_a_time_is_not_asked_for_ever()
    {
        var longer = _chain[^1].Node;
        for (var view = 8UL; view <= 24; view++)
        {
            var block = Four.Block((byte)view);
            longer = new Node(new ViewNumber(view), longer.Height.Next, Four.Certify(longer), longer.Record, block.Digest);
            _chain.Add(new FullNode(longer, block));
        }

        _replica.Receive(1, new Certified(Four.Certify(_chain[15].Node)));
        for (var piece = 1; piece <= 10; piece++)
        {
            _replica.Receive(1, BranchOf(piece, piece));
        }

        Assert.That(Asked.Count(id => id == 1), Is.EqualTo(8));
        Assert.That(Asked[^1], Is.Not.EqualTo(1));
    }

    [Test]
    public void Who_was_not_asked_does_not_become_the_one_who_is()
    {
        Propose(7);
        _replica.Receive(4, BranchOf(1, 1));
        _replica.Receive(4, BranchOf(2, 2));

        Assert.That(Asked, Is.EqualTo(new[] { 1u }));
        Assert.That(_replica.State.High.View.Value, Is.EqualTo(2), "and what it has sent is taken");
    }

    // Node 2 leads the views 8 to 15, and proposes a block once more that node 1 has proposed: the blocks are the same, the nodes are not.
    [Test]
    public void A_checkpoint_whose_block_has_a_twin_does_not_leave_the_wrong_node_as_anchor_for_ever()
    {
        for (var view = 1; view <= 4; view++)
        {
            Propose(view);
        }

        _replica.Receive(1, new Certified(Four.Certify(_chain[3].Node)));
        var (parent, block) = (_chain[2].Node, _chain[3].Block);
        var timeouts = Four.Timeouts(7, (1, Four.Certify(parent)), (2, Four.Certify(parent)), (4, Four.Certify(parent)));
        var twin = Four.Node(8, parent, block);
        _replica.Receive(2, Four.Propose(twin, block, timeouts));
        Assert.That(_replica.Core.Tree.At(twin.Height)!.Hash, Is.EqualTo(twin.Hash));

        // The others commit the first one, by nodes that this replica does not get.
        _replica.Stabilize(twin.Height.Value);
        Assert.That(_replica.State.Log.Committed, Is.EqualTo(twin.Height));
        var (node, next) = (_chain[3].Node, new List<FullNode>());
        for (var view = 16UL; view <= 19; view++)
        {
            var content = Four.Block((byte)view);
            node = new Node(new ViewNumber(view), node.Height.Next, Four.Certify(node), node.Record, content.Digest);
            next.Add(new FullNode(node, content));
        }

        _replica.Receive(4, new Branch([.. next], Four.Certify(node)));
        Assert.That(_replica.Core.Tree.IsAnchored, Is.False, "so that it asks which node it is");

        _replica.Receive(4, new Anchor([_chain[3].Node, .. next.Select(each => each.Node)], Four.Certify(node)));
        _replica.Receive(4, new Branch([.. next], Four.Certify(node)));
        Assert.That(_replica.State.High.Hash, Is.EqualTo(node.Hash));
    }

    private void Propose(int view) => _replica.Receive(1, Four.Propose(_chain[view - 1].Node, _chain[view - 1].Block));

    private Branch BranchOf(int first, int last) => new([.. _chain[(first - 1)..last]], Four.Certify(_chain[last - 1].Node));
}
