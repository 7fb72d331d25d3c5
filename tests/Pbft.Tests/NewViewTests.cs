using Consensus.Pbft.Views;

namespace Consensus.Pbft.Tests;

/// <summary>What a view may begin with (OSDI '99, section 4.4; pitfalls P1, P2, P3, P6).</summary>
public sealed class NewViewTests
{
    private static readonly Block A = Group.Block(1);
    private static readonly Block B = Group.Block(2);
    private static readonly PbftMessageVerifier Verifier = new(Group.Identity(4), Group.Options, new SettledVotes());

    [Test]
    public void Without_anything_prepared_a_view_begins_with_nothing()
    {
        var changes = new[] { Group.ViewChange(1, 1), Group.ViewChange(2, 1), Group.ViewChange(3, 1) };

        Assert.That(NewViewBlocks.Of(changes).Digests, Is.Empty);
        Assert.That(DefectOf(Group.NewView(1, changes)), Is.Null);
    }

    [Test]
    public void A_number_keeps_the_block_that_was_prepared_in_the_highest_view_and_gaps_are_null()
    {
        var changes = new[]
        {
            Group.ViewChange(1, 5, null, Group.Prepared(0, 1, A), Group.Prepared(0, 4, A)),
            Group.ViewChange(2, 5, null, Group.Prepared(2, 4, B)),
            Group.ViewChange(3, 5),
        };

        Assert.That(
            NewViewBlocks.Of(changes).Digests,
            Is.EqualTo(new[] { A.Digest, Block.Null.Digest, Block.Null.Digest, B.Digest }));
    }

    [Test]
    public void What_lies_before_the_newest_stable_checkpoint_does_not_come_again()
    {
        var changes = new[]
        {
            Group.ViewChange(1, 1, null, Group.Prepared(0, 1, A), Group.Prepared(0, 5, B)),
            Group.ViewChange(2, 1, Group.Stable(4)),
            Group.ViewChange(3, 1),
        };
        var blocks = NewViewBlocks.Of(changes);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(blocks.Stable.Number, Is.EqualTo(new SequenceNumber(4)));
            Assert.That(blocks.Digests, Is.EqualTo(new[] { B.Digest }));
            Assert.That(DefectOf(Group.NewView(1, changes, (5, B.Digest))), Is.Null);
        }
    }

    private static IEnumerable<TestCaseData> False
    {
        get
        {
            var changes = new[] { Group.ViewChange(1, 1, null, Group.Prepared(0, 1, A)), Group.ViewChange(2, 1), Group.ViewChange(3, 1) };
            yield return Case("drops a prepared block", Group.NewView(1, changes), "begins with 1 blocks, not 0");
            yield return Case("puts another in its place", Group.NewView(1, changes, (1, B.Digest)), "begins with block");
            yield return Case("puts nothing in its place", Group.NewView(1, changes, (1, Block.Null.Digest)), "begins with block");
            yield return Case("adds one", Group.NewView(1, changes, (1, A.Digest), (2, B.Digest)), "begins with 1 blocks, not 2");
            yield return Case("gives it another number", Group.NewView(1, changes, (2, A.Digest)), "begins with block");
            yield return Case("has too few view changes", Group.NewView(1, changes[..2], (1, A.Digest)), "2 view changes; 3 are needed");
            yield return Case("counts one twice", Group.NewView(1, [changes[0], changes[1], changes[1]], (1, A.Digest)), "does not belong");
            yield return Case("has one of another view", Group.NewView(1, [changes[0], changes[1], Group.ViewChange(3, 2)], (1, A.Digest)), "does not belong");
            yield return Case("is begun by another than its primary", Group.NewView(1, changes, (1, A.Digest)) with { View = new ViewNumber(5) }, "not signed by its primary");
            var forged = changes[2] with { Prepared = [Group.Prepared(0, 1, B)] };
            yield return Case("has a forged view change", Group.NewView(1, [changes[0], changes[1], forged], (1, A.Digest)), "not signed by it");
            yield return Case("counts the primary among the prepares", With(Group.Prepared(0, 1, B, 1, 3)), "count the primary");
            yield return Case("has a block prepared in the view itself", With(Group.Prepared(1, 1, B)), "not before view 1");
            yield return Case("has a block beyond the window", With(Group.Prepared(0, 17, B)), "among those prepared");
            yield return Case("has a checkpoint without a certificate", Group.NewView(1, [Group.ViewChange(1, 1, Group.Stable(4) with { Certificate = null }), Group.ViewChange(2, 1), Group.ViewChange(3, 1)]), "has no certificate");
            yield return Case("has another checkpoint's certificate", Group.NewView(1, [Group.ViewChange(1, 1, Group.Stable(4) with { Certificate = Group.Stable(8).Certificate }), Group.ViewChange(2, 1), Group.ViewChange(3, 1)]), "is another's");

            static NewView With(PreparedProof proof) => Group.NewView(1, [Group.ViewChange(1, 1, null, proof), Group.ViewChange(2, 1), Group.ViewChange(3, 1)]);
            static TestCaseData Case(string name, NewView message, string defect) => new TestCaseData(message, defect).SetArgDisplayNames(name);
        }
    }

    [TestCaseSource(nameof(False))]
    public void A_view_that_begins_otherwise_does_not_reach_the_core(object message, string defect) =>
        Assert.That(DefectOf((NewView)message), Does.Contain(defect));

    private static string? DefectOf(ProtocolMessage message) =>
        Verifier.Verify(new NodeId(2), message, out var defect) == MessageVerdict.Accepted ? null : defect;
}
