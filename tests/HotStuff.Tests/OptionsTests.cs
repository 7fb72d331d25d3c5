using Consensus.HotStuff.Rules;

namespace Consensus.HotStuff.Tests;

/// <summary>The smallest window: as many blocks as the rules take to commit one.</summary>
public sealed class OptionsTests
{
    [TestCase(HotStuffRuleSet.ThreeChain, 3)]
    [TestCase(HotStuffRuleSet.TwoChain, 2)]
    public void The_smallest_window_has_as_many_blocks_as_commit_the_first_of_them(HotStuffRuleSet rules, int least)
    {
        var chain = new List<Node> { Node.Genesis };
        Node? committed = null;
        for (var view = 1UL; committed is null || committed.Height == SequenceNumber.Zero; view++)
        {
            chain.Add(Group.Four.Node(view, chain[^1], Group.Four.Block((byte)view)));
            committed = ChainRules.Of(rules).CommittedBy(chain[^1], node => chain.Find(parent => parent.Hash == node.Justify.Hash));
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(committed, Is.EqualTo(chain[1]));
            Assert.That(chain, Has.Count.EqualTo(1 + least));
            Assert.That(HotStuffOptions.WindowBlocksMin(rules), Is.EqualTo(least));
        }
    }

    [TestCase(HotStuffRuleSet.ThreeChain, 1, 2, "WindowBlocks is 2; allowed: at least 3 with Rules ThreeChain, which commit a block when 3 in a row are certified: a smaller window never has room for a command.")]
    [TestCase(HotStuffRuleSet.ThreeChain, 1, 3, null)]
    [TestCase(HotStuffRuleSet.ThreeChain, 2, 4, null)]
    [TestCase(HotStuffRuleSet.TwoChain, 1, 2, null)]
    [TestCase(HotStuffRuleSet.TwoChain, 2, 3, "WindowBlocks is 3; allowed: at least twice CheckpointBlocks (2), at most 65,536.")]
    public void A_window_in_which_nothing_is_ever_committed_is_refused(HotStuffRuleSet rules, int checkpoint, int window, string? problem)
    {
        var options = new HotStuffOptions { Rules = rules, CheckpointBlocks = checkpoint, WindowBlocks = window };
        Assert.That(options.Validate(), Is.EqualTo(problem is null ? [] : new[] { problem }));
    }
}
