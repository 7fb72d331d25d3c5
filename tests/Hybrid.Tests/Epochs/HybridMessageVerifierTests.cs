using Consensus.Cryptography.Tests;
using Consensus.Hybrid.Messages;

namespace Consensus.Hybrid.Tests.Epochs;

/// <summary>What is looked at of a message before a replica sees it.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class HybridMessageVerifierTests
{
    private static readonly FloorContent Floor = new(Group.Position(5), FakeKeys.Hash(1));

    private readonly Group _group = new();
    private readonly KnownEpoch _epoch;
    private readonly KnownEpoch _unknown;
    private readonly HybridMessageVerifier _verifier;

    public HybridMessageVerifierTests()
    {
        var book = new EpochBook();
        _epoch = _group.Know(_group.First);
        _unknown = _group.Know(Group.Ending(_group.First, EpochProtocol.Raft).Next);
        book.Begin(_epoch);
        _verifier = new HybridMessageVerifier(book, _group.Keys);
    }

    [Test]
    public void A_vote_for_a_floor_is_its_senders()
    {
        var vote = Vote(_epoch, 20, Floor);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Look(20, vote), Is.EqualTo((MessageVerdict.Accepted, (string?)null)));
            Assert.That(Look(30, vote), Is.EqualTo((MessageVerdict.Invalid, "the signature of node 30 is not valid for the floor at entry 5")));
            Assert.That(Look(20, vote with { Content = Floor with { StateHash = FakeKeys.Hash(2) } }).Verdict, Is.EqualTo(MessageVerdict.Invalid));
            Assert.That(Look(20, vote with { Signature = _unknown.Say(Floor).Sign(_group.Keys.Signer(20)) }).Verdict, Is.EqualTo(MessageVerdict.Invalid), "it was said in another epoch");
        }
    }

    [Test]
    public void The_certificate_of_a_floor_is_checked_whoever_sends_it()
    {
        var proof = Proof(_epoch, 10, 20, 30);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Look(40, proof), Is.EqualTo((MessageVerdict.Accepted, (string?)null)));
            Assert.That(Look(40, Proof(_epoch, 10, 20)).Verdict, Is.EqualTo(MessageVerdict.Invalid));
            Assert.That(
                Look(40, proof with { Certificate = proof.Certificate! with { Content = Floor with { StateHash = FakeKeys.Hash(2) } } }),
                Is.EqualTo((MessageVerdict.Invalid, "The signatures are for something else.")));
        }
    }

    // The replica asks what that epoch is, and looks at nothing else.
    [Test]
    public void What_is_said_of_floors_in_an_epoch_that_is_not_known_is_left_to_the_replica()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Look(20, Vote(_unknown, 20, Floor)).Verdict, Is.EqualTo(MessageVerdict.Accepted));
            Assert.That(Look(20, new FloorProof(_unknown.Descriptor.Tag, null)).Verdict, Is.EqualTo(MessageVerdict.Accepted));
            Assert.That(Look(20, new FloorHeld(_epoch.Descriptor.Tag, new LogIndex(5), default)).Verdict, Is.EqualTo(MessageVerdict.Accepted), "there is nothing in it to be checked");
        }
    }

    [Test]
    public void A_notice_of_the_end_carries_an_order_that_is_valid_or_none()
    {
        var order = SealOrder.Give(_group.First, EpochProtocol.Pbft, _group.Operator);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Look(20, new EndNotice(default, _group.First.Tag, order)).Verdict, Is.EqualTo(MessageVerdict.Accepted));
            Assert.That(Look(20, new EndNotice(default, _group.First.Tag, null)).Verdict, Is.EqualTo(MessageVerdict.Accepted));
            Assert.That(Look(20, new EndNotice(default, _group.First.Tag, SealOrder.Give(_group.First, EpochProtocol.Pbft, _group.Keys.Signer(20)))).Verdict, Is.EqualTo(MessageVerdict.Invalid));
        }
    }

    private FloorVote Vote(KnownEpoch epoch, uint member, FloorContent content) => new(default, epoch.Descriptor.Tag, content, epoch.Say(content).Sign(_group.Keys.Signer(member)));

    private FloorProof Proof(KnownEpoch epoch, params uint[] signers) => new(epoch.Descriptor.Tag, new FloorCertificate(Floor, _group.Keys.Certify(epoch.Say(Floor), signers)));

    private (MessageVerdict Verdict, string? Defect) Look(uint sender, ProtocolMessage message) => (_verifier.Verify(new NodeId(sender), message, out var defect), defect);
}
