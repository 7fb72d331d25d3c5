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

    private void Propose(int view) => _replica.Receive(1, Four.Propose(_chain[view - 1].Node, _chain[view - 1].Block));

    private Branch BranchOf(int first, int last) => new([.. _chain[(first - 1)..last]], Four.Certify(_chain[last - 1].Node));
}
