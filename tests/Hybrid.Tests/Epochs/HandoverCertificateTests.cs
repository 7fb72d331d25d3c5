using Consensus.Cryptography.Tests;

namespace Consensus.Hybrid.Tests.Epochs;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class HandoverCertificateTests
{
    private readonly Group _group = new();
    private readonly HandoverContent _content;

    public HandoverCertificateTests() => _content = Group.Ending(_group.First);

    [Test]
    public void What_a_quorum_has_signed_begins_the_next_epoch() => Assert.That(DefectAfter(_group.First, Certified(10, 20, 40)), Is.Null);

    [Test]
    public void Too_few_signers_begin_nothing() => Assert.That(DefectAfter(_group.First, Certified(10, 20)), Is.Not.Null);

    [Test]
    public void A_signature_of_somebody_else_does_not_count()
    {
        var real = Certified(10, 20, 30).Signatures;
        var forged = new QuorumCertificate(real.Statement, [real.Signatures[0], real.Signatures[1], new MemberSignature(new NodeId(30), real.Signatures[1].Signature)]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(DefectAfter(_group.First, new HandoverCertificate(_content, forged)), Is.Not.Null);
            Assert.That(DefectAfter(_group.First, Certified(10, 20, 50)), Is.Not.Null, "50 is no member");
        }
    }

    [Test]
    public void What_was_signed_for_other_content_begins_nothing()
    {
        var other = Group.Ending(_group.First, state: 2);

        Assert.That(DefectAfter(_group.First, new HandoverCertificate(other, Certified(10, 20, 30).Signatures)), Is.EqualTo("The signatures are for something else."));
    }

    [Test]
    public void What_was_signed_in_another_epoch_begins_nothing()
    {
        // The same members, and an end at the same place; all of them have signed, in the domain of the epoch behind.
        var next = _content.Next;
        var forged = _group.Certify(next, _content, 10, 20, 30, 40);

        Assert.That(DefectAfter(_group.First, forged), Is.EqualTo("The signatures are for something else."));
    }

    [Test]
    public void What_ends_another_epoch_does_not_end_this_one()
    {
        var sibling = Group.Ending(_group.First, EpochProtocol.HotStuff).Next;
        var other = _group.Beginning(sibling);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(DefectAfter(_content.Next, other), Does.StartWith("It begins epoch 2 behind"));
            Assert.That(DefectAfter(_group.First, other), Does.StartWith("It begins epoch 2 behind"));
            Assert.That(DefectAfter(sibling, other), Is.Null);
        }
    }

    [Test]
    public void Operators_members_and_settings_stay_unless_an_operator_has_ordered_others()
    {
        // What a quorum of the epoch would have to sign: a descriptor whose parent is right, and whose members are others.
        using (Assert.EnterMultipleScope())
        {
            Assert.That(DefectAfter(_group.First, Behind(_group.Keys.Members(5), _group.Operator.PublicKey, Group.Cluster)), Is.EqualTo("Its signatures are of others than the members of the epoch before."));
            Assert.That(DefectAfter(_group.First, Behind(_group.Keys.Members(5), _group.Operator.PublicKey, Group.Cluster) with { Leaving = _group.Members }), Is.EqualTo("It has other members than the epoch before, and no operator's list of them."));
            Assert.That(DefectAfter(_group.First, Behind(_group.Members, _group.Keys.Signer(1001).PublicKey, Group.Cluster, isOrdered: false)), Does.StartWith("Its settings, its rules or its operators"));
            Assert.That(DefectAfter(_group.First, Behind(_group.Members, _group.Keys.Signer(1001).PublicKey, Group.Cluster)), Is.Null, "an operator has ordered others");
            Assert.That(DefectAfter(_group.First, Behind(_group.Members, _group.Operator.PublicKey, Group.Cluster, isOrdered: false, new EpochSettings { WindowBlocks = 32 })), Does.StartWith("Its settings, its rules or its operators"));
            Assert.That(DefectAfter(_group.First, Behind(_group.Members, _group.Operator.PublicKey, Group.Cluster, settings: new EpochSettings { WindowBlocks = 32 })), Is.Null, "an operator has ordered them");
            Assert.That(DefectAfter(_group.First, Behind(_group.Members, _group.Operator.PublicKey, new ClusterId(Guid.AllBitsSet))), Does.StartWith("It is of cluster"));
            Assert.That(DefectAfter(_group.First, Behind(_group.Members, _group.Operator.PublicKey, Group.Cluster)), Is.Null, "nothing is changed");
        }
    }

    [Test]
    public void An_epoch_does_not_begin_where_the_one_before_began()
    {
        var next = _content.Next;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(DefectAfter(next, _group.Certify(next, Group.Ending(next, index: 0), 10, 20, 30)), Does.StartWith("It begins behind entry 7"));
            Assert.That(DefectAfter(next, _group.Certify(next, Group.Ending(next, index: 2), 10, 20, 30)), Is.Null);
        }
    }

    private HandoverCertificate Certified(params uint[] signers) => _group.Certify(_group.First, _content, signers);

    private string? DefectAfter(EpochDescriptor epoch, HandoverCertificate certificate) => certificate.DefectAfter(epoch, _group.Know(epoch).Verifier);

    /// <summary>An epoch behind the first one that has other members, as its bytes might say it.</summary>
    private HandoverCertificate Behind(SignerSet members, PublicKey theOperator, ClusterId cluster, bool isOrdered = true, EpochSettings? settings = null)
    {
        var next = EpochBytes.Of(cluster, 1, EpochProtocol.Pbft, members, theOperator, Group.Position(7), _group.First.Id, isOrdered: isOrdered, settings: settings);
        return _group.Certify(_group.First, new HandoverContent(next, FakeKeys.Hash(1)), 10, 20, 30);
    }
}
