namespace Consensus.HotStuff.Tests;

/// <summary>Of which views a leader-to-be collects votes. Terms have eight views here; 16 views ahead are looked at.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class VoteCountingTests
{
    private static readonly Group Four = Group.Four;
    private readonly TestReplica _replica = new();

    [TestCase(0ul, 0)]
    [TestCase(1ul, 1)]
    [TestCase(17ul, 1)]
    [TestCase(18ul, 0, Description = "16 views after the present one, which is the first")]
    [TestCase(1_000_000ul, 0)]
    public void Of_the_views_ahead_a_few(ulong view, int collected)
    {
        if (view > 0)
        {
            Vote(view);
        }

        Assert.That(_replica.Core.Load.VotedViews, Is.EqualTo(collected));
    }

    [Test]
    public void What_is_certified_is_forgotten_and_nothing_more_is_taken_of_it()
    {
        var block = Four.Block(1);
        var first = Four.Node(1, Node.Genesis, block);
        Vote(1);
        Vote(2);
        _replica.Receive(1, Four.Propose(first, block));
        _replica.Receive(1, new Certified(Four.Certify(first)));
        Vote(1);

        Assert.That(_replica.Core.Load.VotedViews, Is.EqualTo(1), "those of view 2");
    }

    // Four terms were given up: a node of the first of them may still be certified, and the term that has begun has 16 views ahead. Between them nobody proposes.
    [TestCase(1ul, 1)]
    [TestCase(16ul, 1)]
    [TestCase(17ul, 0)]
    [TestCase(30ul, 0)]
    [TestCase(31ul, 1, Description = "the one before the present view, whose node the next leader would follow")]
    [TestCase(32ul, 1)]
    [TestCase(48ul, 1)]
    [TestCase(49ul, 0)]
    public void Between_the_highest_certificate_and_the_present_view_lie_terms_that_were_given_up(ulong view, int collected)
    {
        _replica.Receive(2, new TermStart(Four.Timeouts(31)));
        Assert.That(_replica.State.View.Value, Is.EqualTo(32));

        Vote(view);

        Assert.That(_replica.Core.Load.VotedViews, Is.EqualTo(collected));
    }

    [Test]
    public void When_terms_are_given_up_what_was_collected_in_them_is_forgotten()
    {
        foreach (var view in new ulong[] { 1, 12, 16, 17 })
        {
            Vote(view);
        }

        _replica.Receive(2, new TermStart(Four.Timeouts(31)));

        Assert.That(_replica.Core.Load.VotedViews, Is.EqualTo(3), "all but view 17");
    }

    private void Vote(ulong view) => _replica.Receive(2, Four.Vote(2, new ViewNumber(view), Blake3.Hash([(byte)view])));
}
