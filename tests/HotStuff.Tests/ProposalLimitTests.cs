namespace Consensus.HotStuff.Tests;

/// <summary>How far ahead, and how large, proposals may be.</summary>
public sealed class ProposalLimitTests
{
    private static readonly Group Four = Group.Four;
    private static readonly HotStuffOptions Options = Group.Options with { BlockBytesMax = 1024 };
    private static readonly HotStuffMessageVerifier Verifier = new(Four.Identity(4), Options, new SettledVotes());

    /// <summary>A term has eight views, and one leader may be passed over.</summary>
    [TestCase(8ul, true)]
    [TestCase(16ul, true)]
    [TestCase(24ul, false)]
    [TestCase(8_000_000ul, false)]
    public void No_more_leaders_are_passed_over_than_may_be_on_record(ulong view, bool isAccepted)
    {
        var last = Four.Node(7, Node.Genesis, Four.Block(1));
        var node = Four.Node(view, last, Four.Block(2));

        AssertVerdict(Four.Propose(node, Four.Block(2)), isAccepted, "does not follow");
    }

    [TestCase(1, 5000, true)]
    [TestCase(2, 200, true)]
    [TestCase(2, 600, false)]
    public void A_block_of_several_batches_is_no_larger_than_agreed(int batches, int bytes, bool isAccepted)
    {
        var block = new Block(new Timestamp(1), [.. Enumerable.Range(1, batches).Select(number => Four.Batch(2, (ulong)number, new byte[bytes]))]);

        AssertVerdict(Four.Propose(Four.Node(1, Node.Genesis, block), block), isAccepted, "more than one batch fit into 1024");
    }

    [TestCase(0, true)]
    [TestCase(1, false)]
    public void A_batch_of_one_command_is_no_larger_than_the_largest_that_is_taken_of_callers(int tooMany, bool isAccepted)
    {
        var block = new Block(new Timestamp(1), [Four.Batch(2, 1, new byte[Options.EnvelopeBytesMax + tooMany])]);

        AssertVerdict(Four.Propose(Four.Node(1, Node.Genesis, block), block), isAccepted, $"bytes with its envelope; at most {Options.CommandBytesMax + CommandEnvelope.OverheadBytesMax} are allowed");
    }

    private static void AssertVerdict(NodeProposal proposal, bool isAccepted, string why)
    {
        var verdict = Verifier.Verify(new NodeId(Four.LeaderOf(proposal.Node.View.Value)), proposal, out var defect);
        Assert.That(verdict == MessageVerdict.Accepted, Is.EqualTo(isAccepted), defect);
        if (!isAccepted)
        {
            Assert.That(defect, Does.Contain(why));
        }
    }
}
