using Consensus.Byzantine.Tests;

namespace Consensus.Pbft.Tests;

public sealed class MessageTests
{
    private static readonly PbftMessageCodec Codec = new(Group.Members);
    private static readonly PbftMessageVerifier Verifier = new(Group.Identity(4), Group.Options, new SettledVotes());
    private static readonly MessageContract Contract = new(Codec, Verifier);
    private static readonly Block Block = Group.Block(1);
    private static readonly ViewNumber View = new(2);
    private static readonly SequenceNumber Number = new(3);

    /// <summary>One valid message of each kind, and its sender.</summary>
    private static IEnumerable<TestCaseData> Valid
    {
        get
        {
            var prepare = Group.Identity(2).Sign(StatementKind.PbftPrepare, View, Number, Block.Digest);
            var commit = Group.Identity(2).Sign(StatementKind.PbftCommit, View, Number, Block.Digest);
            var changes = new[] { Group.ViewChange(1, 2, Group.Stable(4)), Group.ViewChange(2, 2, null, Group.Prepared(1, 6, Block)), Group.ViewChange(4, 2) };
            var stable = Group.Stable(4);
            return new (uint Sender, ProtocolMessage Message)[]
            {
                (3, new Submit(Block.Batches[0])),
                (3, Group.PrePrepare(2, 3, Block)),
                (2, new Prepare(Lsn.Zero, View, Number, Block.Digest, prepare)),
                (2, new Commit(Lsn.Zero, View, Number, Block.Digest, commit)),
                (2, new CheckpointVote(stable.Content, Group.Identity(2).Sign(StatementKind.Checkpoint, ViewNumber.Zero, new SequenceNumber(4), stable.Content.ComputeDigest()))),
                (1, changes[0]),
                (1, Group.NewView(2, changes, (5, Block.Null.Digest), (6, Block.Digest))),
                (2, new Status(View, true, false, Number, Number, Number)),
                (2, new CommittedBlock(Block, Group.Certify(StatementKind.PbftCommit, 2, 3, Block.Digest, 1, 3, 4))),
                (2, new StableCheckpoint(stable)),
                (2, new BlockRequest(Number, Block.Digest)),
                (2, new BlockAnswer(Number, Block)),
                (2, new CatchUpRequest(Number, Number.Next)),
                (2, new CatchUpBlocks(Number, [Block, Block.Null])),
                (2, new SnapshotVote(Snapshot, Group.Identity(2).Sign(StatementKind.Snapshot, ViewNumber.Zero, new SequenceNumber(8), CertifiedSnapshot.DigestOf(Snapshot)), NeedsAnswer: true)),
                (2, new SnapshotRequest(Number)),
                (2, new SnapshotOffer(Certified(8, 1, 3))),
                (2, new SnapshotPartRequest(new LogIndex(5), Block.Digest, 12)),
                (2, new SnapshotPart(new LogIndex(5), 12, new byte[] { 1, 2 }, new byte[32])),
            }.Select(each => new TestCaseData(each.Sender, each.Message).SetArgDisplayNames(each.Message.GetType().Name));
        }
    }

    [TestCaseSource(nameof(Valid))]
    public void What_is_written_is_read_again_and_accepted(uint sender, object message) =>
        Contract.WhatIsWrittenIsReadAgainAndAccepted(sender, (ProtocolMessage)message);

    [TestCaseSource(nameof(Valid))]
    public void Altered_and_cut_bytes_are_refused_or_another_message(uint sender, object message) =>
        Contract.AlteredAndCutBytesAreRefusedOrAnotherMessage(sender, (ProtocolMessage)message);

    [TestCaseSource(nameof(Valid))]
    public void Nobody_else_can_send_what_a_member_has_signed(uint sender, object message) =>
        Contract.NobodyElseCanSendWhatAMemberHasSigned(sender, (ProtocolMessage)message, isPassedOn: message is Submit or NewView or Status or CommittedBlock or StableCheckpoint or BlockRequest or BlockAnswer
            or CatchUpRequest or CatchUpBlocks or SnapshotRequest or SnapshotOffer or SnapshotPartRequest or SnapshotPart);

    [Test]
    public void A_vote_for_what_has_its_certificate_is_not_checked_and_any_other_is()
    {
        var settled = new SettledVotes();
        var verifier = new PbftMessageVerifier(Group.Identity(4), Group.Options, settled);
        settled.Note(Group.Certify(StatementKind.PbftCommit, 2, 3, Block.Digest, 1, 3, 4).Statement);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Verdict(new Commit(Lsn.Zero, View, Number, Block.Digest, default)), Is.EqualTo(MessageVerdict.Unneeded));
            Assert.That(Verdict(new Commit(Lsn.Zero, View, Number, Group.Block(2).Digest, default)), Is.EqualTo(MessageVerdict.Invalid), "another block");
            Assert.That(Verdict(new Commit(Lsn.Zero, View, Number.Next, Block.Digest, default)), Is.EqualTo(MessageVerdict.Invalid), "another number");
            Assert.That(Verdict(new Commit(Lsn.Zero, View.Next, Number, Block.Digest, default)), Is.EqualTo(MessageVerdict.Invalid), "another view");
            Assert.That(Verdict(new Prepare(Lsn.Zero, View, Number, Block.Digest, default)), Is.EqualTo(MessageVerdict.Invalid), "another phase");
        }

        MessageVerdict Verdict(ProtocolMessage message) => verifier.Verify(new NodeId(2), message, out _);
    }

    [Test]
    public void The_proposers_own_batches_need_no_signature_of_their_own_and_those_of_others_do()
    {
        var unsigned = new Block(new Timestamp(1), [new CommandBatch(new NodeId(3), 1, [new byte[] { 1 }])]);
        var foreign = new Block(new Timestamp(1), [new CommandBatch(new NodeId(2), 1, [new byte[] { 1 }])]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Verifier.Verify(new NodeId(3), Group.PrePrepare(2, 3, unsigned), out var defect), Is.EqualTo(MessageVerdict.Accepted), defect);
            Assert.That(Verifier.Verify(new NodeId(3), Group.PrePrepare(2, 3, foreign), out _), Is.EqualTo(MessageVerdict.Invalid));
        }
    }

    private static IEnumerable<TestCaseData> Invalid
    {
        get
        {
            var other = Group.Block(2);
            var commits = Group.Certify(StatementKind.PbftCommit, 2, 3, Block.Digest, 1, 3, 4);
            var unsigned = new Block(new Timestamp(1), [new CommandBatch(new NodeId(2), 1, [new byte[] { 1 }])]);
            return new (string Name, ProtocolMessage Message, string Defect)[]
            {
                ("a primary of another view", Group.PrePrepare(1, 3, Block, signer: 3) with { View = new ViewNumber(1) }, "not the primary"),
                ("a pre-prepare of another number", Group.PrePrepare(2, 3, Block) with { Number = new SequenceNumber(4) }, "not signed by the primary"),
                ("a pre-prepare of another block", Group.PrePrepare(2, 3, Block) with { Block = other }, "not signed by the primary"),
                ("a batch that its origin has not signed", Group.PrePrepare(2, 3, unsigned), "not signed by its origin"),
                ("a submitted batch that its origin has not signed", new Submit(unsigned.Batches[0]), "not signed by its origin"),
                ("a prepare in place of a commit", new Commit(Lsn.Zero, View, Number, Block.Digest, Group.Identity(3).Sign(StatementKind.PbftPrepare, View, Number, Block.Digest)), "not signed by its sender"),
                ("a certificate of another block", new CommittedBlock(other, commits), "is another block's"),
                ("a certificate of prepares", new CommittedBlock(Block, Group.Certify(StatementKind.PbftPrepare, 2, 3, Block.Digest, 1, 3, 4)), "not proven to be committed"),
                ("a certificate with a forged signature", new CommittedBlock(Block, new QuorumCertificate(commits.Statement, [commits.Signatures[0], commits.Signatures[1] with { Signer = new NodeId(2) }, commits.Signatures[2]])), "not proven to be committed"),
                ("a checkpoint of nobody", new StableCheckpoint(Group.Stable(4) with { Certificate = null }), "has no certificate"),
                ("a view change to the first view", Group.ViewChange(3, 0), "nobody changes to the first view"),
                ("a snapshot that another has taken", new SnapshotVote(Snapshot, Group.Identity(2).Sign(StatementKind.Snapshot, ViewNumber.Zero, new SequenceNumber(8), CertifiedSnapshot.DigestOf(Snapshot)), false), "not signed by its sender"),
                ("a snapshot of a length below zero", new SnapshotOffer(Certified(8, 1, 3) with { Snapshot = Snapshot with { Length = -1 } }), "has -1 bytes"),
                ("a snapshot with the certificate of another", new SnapshotOffer(Certified(8, 1, 3) with { Snapshot = Snapshot with { Length = 7 } }), "is another's"),
                ("a snapshot with the certificate of another block", new SnapshotOffer(Certified(9, 1, 3)), "is another's"),
                ("a snapshot with the certificate of a checkpoint", new SnapshotOffer(new CertifiedSnapshot(Snapshot, Group.Certify(StatementKind.Checkpoint, 0, 8, CertifiedSnapshot.DigestOf(Snapshot), 1, 3))), "is not proven"),
                ("a part before the first", new SnapshotPartRequest(new LogIndex(5), Block.Digest, -1), "begins at -1"),
                ("blocks that cannot be", new CatchUpRequest(Number, new SequenceNumber(2)), "there are no blocks"),
            }.Select(each => new TestCaseData(each.Message, each.Defect).SetArgDisplayNames(each.Name));
        }
    }

    [TestCaseSource(nameof(Invalid))]
    public void A_false_message_does_not_reach_the_core(object message, string expected)
    {
        Assert.That(Verifier.Verify(new NodeId(3), (ProtocolMessage)message, out var defect), Is.EqualTo(MessageVerdict.Invalid));
        Assert.That(defect, Does.Contain(expected));
    }

    [Test]
    public void All_settings_that_are_out_of_range_are_told_at_once()
    {
        var options = new PbftOptions { ViewTimeout = TimeSpan.Zero, CheckpointBlocks = 0, WindowBlocks = -1, PipelineBlocks = 0, BlockBytesMax = 1, OwnBatchesMax = 0 };

        var thrown = Assert.Throws<ConsensusException>(() => _ = new PbftEngine(options, Group.Identity(1)))!;

        foreach (var name in new[] { nameof(options.ViewTimeout), nameof(options.CheckpointBlocks), nameof(options.WindowBlocks), nameof(options.PipelineBlocks), nameof(options.BlockBytesMax), nameof(options.OwnBatchesMax) })
        {
            Assert.That(thrown.Message, Does.Contain(name + " is "));
        }
    }

    private static SnapshotDescriptor Snapshot { get; } = new()
    {
        Epoch = Epoch.Zero,
        Position = Group.Stable(8).Content.Position,
        Time = new Timestamp(1),
        Membership = ClusterMembership.Empty,
        StateHash = Blake3.Hash([9]),
        Length = 100,
        Checksum = Blake3.Hash([1]),
    };

    private static CertifiedSnapshot Certified(ulong number, params uint[] signers) =>
        new(Snapshot, Group.Certify(StatementKind.Snapshot, 0, number, CertifiedSnapshot.DigestOf(Snapshot), signers));
}
