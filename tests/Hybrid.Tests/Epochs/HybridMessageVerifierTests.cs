using Consensus.Cryptography.Tests;
using Consensus.Hybrid.Messages;
using Consensus.Hybrid.Threat;

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
        _verifier = new HybridMessageVerifier(book);
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
        var order = SealOrder.Give(_group.First, new NextEpoch(EpochProtocol.Pbft), _group.Operator);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Look(20, new EndNotice(default, _group.First.Tag, new EndCause.ByOrder(order))).Verdict, Is.EqualTo(MessageVerdict.Accepted));
            Assert.That(Look(20, new EndNotice(default, _group.First.Tag, null)).Verdict, Is.EqualTo(MessageVerdict.Accepted));
            Assert.That(Look(20, new EndNotice(default, _group.First.Tag, new EndCause.ByOrder(SealOrder.Give(_group.First, new NextEpoch(EpochProtocol.Pbft), _group.Keys.Signer(20))))).Verdict, Is.EqualTo(MessageVerdict.Invalid));
        }
    }

    [Test]
    public void A_report_is_its_senders_and_nobody_passes_on_another_s()
    {
        var report = SignedThreatReport.Give(_epoch, new ThreatReport(new NodeId(20), new NodeId(40), ThreatLevel.High, 1), _group.Keys.Signer(20));
        var notice = new ThreatNotice(_group.First.Tag, report);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Look(20, notice).Verdict, Is.EqualTo(MessageVerdict.Accepted));
            Assert.That(Look(30, notice), Is.EqualTo((MessageVerdict.Invalid, "node 30 sends what node 20 reports; allowed: its own reports")));
            Assert.That(Look(20, notice with { Report = report with { Content = report.Content with { Level = ThreatLevel.Critical } } }).Verdict, Is.EqualTo(MessageVerdict.Invalid));
            Assert.That(Look(20, notice with { Report = report with { Content = report.Content with { Accused = new NodeId(30) } } }).Verdict, Is.EqualTo(MessageVerdict.Invalid));
        }
    }

    [Test]
    public void Evidence_is_of_this_epoch_and_against_a_member()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Look(20, new EvidenceNotice(_group.First.Tag, _group.Evidence(40))).Verdict, Is.EqualTo(MessageVerdict.Accepted));
            Assert.That(Look(20, new EvidenceNotice(_group.First.Tag, _group.Evidence(50))).Verdict, Is.EqualTo(MessageVerdict.Invalid), "no member");
            Assert.That(Look(20, new EvidenceNotice(_group.First.Tag, _group.Evidence(40, _unknown.Descriptor))).Verdict, Is.EqualTo(MessageVerdict.Invalid), "of another epoch");
        }
    }

    [Test]
    public void A_mark_is_the_leader_s_whoever_sends_it()
    {
        var mark = new MarkNotice(_group.First.Tag, new NodeId(30), Floor.Position, _epoch.Say(Floor.Position).Sign(_group.Keys.Signer(30)));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Look(20, mark).Verdict, Is.EqualTo(MessageVerdict.Accepted));
            Assert.That(Look(20, mark with { Leader = new NodeId(20) }).Verdict, Is.EqualTo(MessageVerdict.Invalid));
            Assert.That(Look(20, mark with { Position = Group.Position(6) }).Verdict, Is.EqualTo(MessageVerdict.Invalid));
        }
    }

    [Test]
    public void Consent_to_an_order_is_its_sender_s()
    {
        var order = SealOrder.Give(_group.First, new NextEpoch(EpochProtocol.Raft), _group.Operator);
        var answer = new ReturnAnswer(_group.First.Tag, order, order.ConsentIn(_group.First.Domain).Sign(_group.Keys.Signer(20)), "");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Look(20, answer).Verdict, Is.EqualTo(MessageVerdict.Accepted));
            Assert.That(Look(30, answer).Verdict, Is.EqualTo(MessageVerdict.Invalid));
            Assert.That(Look(20, new ReturnRequest(_group.First.Tag, order)).Verdict, Is.EqualTo(MessageVerdict.Accepted));
            Assert.That(Look(20, new ReturnRequest(_group.First.Tag, SealOrder.Give(_group.First, new NextEpoch(EpochProtocol.Raft), _group.Keys.Signer(20)))).Verdict, Is.EqualTo(MessageVerdict.Invalid), "a member's word is not enough by default");
        }
    }

    private FloorVote Vote(KnownEpoch epoch, uint member, FloorContent content) => new(default, epoch.Descriptor.Tag, content, epoch.Say(content).Sign(_group.Keys.Signer(member)));

    private FloorProof Proof(KnownEpoch epoch, params uint[] signers) => new(epoch.Descriptor.Tag, new FloorCertificate(Floor, _group.Keys.Certify(epoch.Say(Floor), signers)));

    private (MessageVerdict Verdict, string? Defect) Look(uint sender, ProtocolMessage message) => (_verifier.Verify(new NodeId(sender), message, out var defect), defect);
}
