using Consensus.Byzantine.Tests;
using Consensus.HotStuff.Leaders;

namespace Consensus.HotStuff.Tests;

public sealed class MessageTests
{
    private static readonly Group Four = Group.Four;
    private static readonly HotStuffMessageCodec Codec = new(Four.Members);
    private static readonly HotStuffMessageVerifier Verifier = new(Four.Identity(4), Group.Options, new SettledVotes());
    private static readonly MessageContract Contract = new(Codec, Verifier);
    private static readonly Block Block = Four.Block(1);
    private static readonly Node First = Four.Node(1, Node.Genesis, Block);
    private static readonly Node Second = Four.Node(2, First, Block);

    /// <summary>Begins term 1, of node 2, after time-outs.</summary>
    private static readonly Node Begun = Four.Node(8, First, Block);

    private static readonly TimeoutCertificate Timeouts =
        Four.Timeouts(7, (1, NodeCertificate.Genesis), (3, Four.Certify(First)), (4, NodeCertificate.Genesis));

    /// <summary>One valid message of each kind, and its sender.</summary>
    private static IEnumerable<TestCaseData> Valid => new (uint Sender, ProtocolMessage Message)[]
    {
        (1, Four.Propose(First, Block)),
        (2, Four.Propose(Begun, Block, Timeouts)),
        (3, Four.Vote(3, First)),
        (2, new Certified(Four.Certify(Second))),
        (3, Four.Timeout(3, 7, Four.Certify(First))),
        (3, new TermStart(Timeouts)),
        (3, new Status(1, true, false, new ViewNumber(2), new ViewNumber(3), SequenceNumber.Zero, new SequenceNumber(1), true)),
        (3, new BranchRequest(Four.Certify(Second), new SequenceNumber(1))),
        (3, new Branch([new FullNode(First, Block), new FullNode(Second, Block)], Four.Certify(Second))),
        (3, new Anchor([First, Second], Four.Certify(Second))),
        (3, new Submit(Block.Batches[0])),
    }.Select(each => new TestCaseData(each.Sender, each.Message).SetArgDisplayNames(each.Message.GetType().Name + (each.Message is NodeProposal { Timeouts: not null } ? " after time-outs" : "")));

    [TestCaseSource(nameof(Valid))]
    public void What_is_written_is_read_again_and_accepted(uint sender, object message) =>
        Contract.WhatIsWrittenIsReadAgainAndAccepted(sender, (ProtocolMessage)message);

    [TestCaseSource(nameof(Valid))]
    public void Altered_and_cut_bytes_are_refused_or_another_message(uint sender, object message) =>
        Contract.AlteredAndCutBytesAreRefusedOrAnotherMessage(sender, (ProtocolMessage)message);

    [TestCaseSource(nameof(Valid))]
    public void Nobody_else_can_send_what_a_member_has_signed(uint sender, object message) =>
        Contract.NobodyElseCanSendWhatAMemberHasSigned(sender, (ProtocolMessage)message, isPassedOn: message is not (NodeProposal or NodeVote or TermTimeout));

    private static IEnumerable<TestCaseData> Invalid
    {
        get
        {
            var other = Four.Block(2);
            var unsigned = new Block(new Timestamp(1), [new CommandBatch(new NodeId(2), 1, [new byte[] { 1 }])]);
            var skipping = Four.Node(3, First, Block);
            var votes = Four.Votes(Second.View, Second.Hash);
            var numbered = Four.Identity(1).Say(StatementKind.HotStuffVote, Second.View, new SequenceNumber(2), Second.Hash);
            return new (string Name, uint Sender, ProtocolMessage Message, string Defect)[]
            {
                ("a proposal of another than the leader", 2, Four.Propose(First, Block, signer: 2), "not the leader"),
                ("a proposal that its leader has not signed", 1, Four.Propose(First, Block, signer: 2), "not signed by its leader"),
                ("a proposal with another block", 1, Four.Propose(First, other), "is another's"),
                ("a batch that its origin has not signed", 1, Four.Propose(Four.Node(1, Node.Genesis, unsigned), unsigned), "not signed by its origin"),
                ("a view that leaves one out", 1, Four.Propose(skipping, Block), "does not follow"),
                ("a term that begins without time-outs", 2, Four.Propose(Begun, Block), "does not follow"),
                ("time-outs of another view", 3, Four.Propose(Four.Node(16, First, Block), Block, Timeouts), "do not begin view 16"),
                ("a certificate lower than one that time-outs name (H10)", 2, Four.Propose(Four.Node(8, Node.Genesis, Block), Block, Timeouts), "where the time-outs name one of view 1"),
                ("a forged time-out among them", 3, new TermStart(Timeouts with { Reports = [Timeouts.Reports[0], Timeouts.Reports[1], Timeouts.Reports[2] with { High = new ViewNumber(1) }] }), "not signed by node 4"),
                ("time-outs in the middle of a term", 3, new TermStart(Four.Timeouts(6, (1, NodeCertificate.Genesis), (3, NodeCertificate.Genesis), (4, NodeCertificate.Genesis))), "nobody gives up view 6"),
                ("a time-out in the middle of a term", 3, Four.Timeout(3, 6, NodeCertificate.Genesis), "nobody gives up view 6"),
                ("a time-out with a certificate of a later view", 3, Four.Timeout(3, 7, Four.Certify(Begun)), "nobody gives up view 7"),
                ("a time-out with another certificate than is signed", 3, Four.Timeout(3, 7, NodeCertificate.Genesis) with { High = Four.Certify(First) }, "not signed by its sender"),
                ("a node before its parent (H14)", 3, new Anchor([new Node(new ViewNumber(2), new SequenceNumber(3), Four.Certify(Second), LeaderRecord.Empty, Block.Digest)], Four.Certify(First)), "is not the one"),
                ("a node of its parent's view (H14)", 1, Four.Propose(Four.Node(2, Second, Block), Block), "has a parent of view 2"),
                ("a first node that is not the first", 1, Four.Propose(new Node(new ViewNumber(1), new SequenceNumber(2), NodeCertificate.Genesis, LeaderRecord.Empty, Block.Digest), Block), "has the height 2"),
                ("a leader on record that did not lead", 2, Four.Propose(Four.Node(8, First, Block, new LeaderRecord([new FailedTerm(new NodeId(2), 0)])), Block, Timeouts), "cannot have failed"),
                ("a leader on record for a term to come", 2, Four.Propose(Four.Node(8, First, Block, new LeaderRecord([new FailedTerm(new NodeId(2), 1)])), Block, Timeouts), "cannot have failed"),
                ("votes of another kind", 3, new Certified(NodeCertificate.Of(Certify(StatementKind.PbftCommit))), "not proven to be certified"),
                ("votes with a number", 3, new Certified(NodeCertificate.Of(new QuorumCertificate(numbered, [.. new uint[] { 1, 2, 3 }.Select(id => new MemberSignature(new NodeId(id), Four.Identity(id).Sign(StatementKind.HotStuffVote, Second.View, new SequenceNumber(2), Second.Hash)))]))), "are of no node"),
                ("a forged vote", 3, new Certified(NodeCertificate.Of(new QuorumCertificate(votes.Statement, [votes.Signatures[0], votes.Signatures[1], votes.Signatures[2] with { Signer = new NodeId(4) }]))), "not proven to be certified"),
                ("votes moved to another view (H4)", 3, new Certified(NodeCertificate.Of(new QuorumCertificate(votes.Statement with { View = new ViewNumber(3) }, votes.Signatures))), "not proven to be certified"),
                ("a vote in another's name", 3, Four.Vote(2, First), "not signed by its sender"),
                ("a branch that does not hang together", 3, new Branch([new FullNode(First, Block), new FullNode(Begun, Block), new FullNode(Second, Block)], Four.Certify(Second)), "is not the one"),
                ("a branch with another block", 3, new Branch([new FullNode(First, other)], Four.Certify(First)), "is another's"),
                ("a branch whose tip is another", 3, new Branch([new FullNode(First, Block)], Four.Certify(Second)), "is not the one"),
                ("no branch", 3, new Branch([], NodeCertificate.Genesis), "at least one node"),
                ("a request for the first node", 3, new BranchRequest(NodeCertificate.Genesis, SequenceNumber.Zero), "nobody needs"),
            }.Select(each => new TestCaseData(each.Sender, each.Message, each.Defect).SetArgDisplayNames(each.Name));

            static QuorumCertificate Certify(StatementKind kind) => new(
                Four.Identity(1).Say(kind, Second.View, SequenceNumber.Zero, Second.Hash),
                [.. new uint[] { 1, 2, 3 }.Select(id => new MemberSignature(new NodeId(id), Four.Identity(id).Sign(kind, Second.View, SequenceNumber.Zero, Second.Hash)))]);
        }
    }

    [TestCaseSource(nameof(Invalid))]
    public void A_false_message_does_not_reach_the_core(uint sender, object message, string expected)
    {
        Assert.That(Verifier.Verify(new NodeId(sender), (ProtocolMessage)message, out var defect), Is.EqualTo(MessageVerdict.Invalid));
        Assert.That(defect, Does.Contain(expected));
    }

    [TestCase(1u, 2u, TestName = "A_certificate_with_too_few_signers_is_not_read")]
    [TestCase(1u, 2u, 3u, 4u, TestName = "A_certificate_with_too_many_signers_is_not_read")]
    [TestCase(1u, 2u, 9u, TestName = "A_certificate_with_a_stranger_is_not_read")]
    public void Other_certificates_are_not_read(params uint[] signers)
    {
        var signatures = signers.Select(id => new MemberSignature(new NodeId(id), Four.Vote(Math.Min(id, 4), First).Signature));
        var certificate = NodeCertificate.Of(new QuorumCertificate(Four.Votes(First.View, First.Hash).Statement, [.. signatures]));

        Assert.That(() => Codec.Decode(Contract.Written(new Certified(certificate))), Throws.TypeOf<MessageFormatException>());
    }

    [Test]
    public void Nothing_but_the_constant_is_certified_in_view_0()
    {
        var forged = NodeCertificate.Of(Four.Votes(ViewNumber.Zero, First.Hash));

        Assert.That(() => Codec.Decode(Contract.Written(new Certified(forged))), Throws.TypeOf<MessageFormatException>().With.Message.Contains("Nobody votes in view 0"));
    }

    [Test]
    public void A_member_has_one_time_out_among_others()
    {
        var twice = Four.Timeouts(7, (1, NodeCertificate.Genesis), (1, NodeCertificate.Genesis), (4, NodeCertificate.Genesis));

        Assert.That(() => Codec.Decode(Contract.Written(new TermStart(twice))), Throws.TypeOf<MessageFormatException>().With.Message.Contains("signers must grow"));
    }

    [Test]
    public void All_settings_that_are_out_of_range_are_told_at_once()
    {
        var options = new HotStuffOptions { ViewTimeout = TimeSpan.Zero, TermViews = 3, PenaltyRotations = -1, Rules = (HotStuffRuleSet)7 };

        var thrown = Assert.Throws<ConsensusException>(() => _ = new HotStuffEngine(options, Four.Identity(1)))!;

        foreach (var name in new[] { nameof(options.ViewTimeout), nameof(options.TermViews), nameof(options.PenaltyRotations), nameof(options.Rules) })
        {
            Assert.That(thrown.Message, Does.Contain(name + " is "));
        }
    }
}
