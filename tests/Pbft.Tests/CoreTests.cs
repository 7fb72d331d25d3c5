using Consensus.Byzantine;
using Consensus.Byzantine.Tests;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Pbft.Messages;

namespace Consensus.Pbft.Tests;

/// <summary>What a liar may try on one replica, node 3 of view 0.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CoreTests
{
    private readonly PbftEngine _engine = new(Group.Options with { PooledBytesMax = 2048, BatchBytesMax = 1024 }, Group.Identity(3));
    private readonly EffectBuffer _effects = new(Lsn.Zero);
    private readonly IProtocolCore _core;
    private readonly MessageIngress _ingress;

    public CoreTests()
    {
        _ingress = new MessageIngress(_engine.Codec, _engine.Verifier);
        _core = _engine.CreateCore(new CoreContext
        {
            Self = new NodeId(3),
            Epoch = Epoch.Zero,
            Seed = 100,
            Now = Ticks.Zero,
            Recovered = EmptyDisk.Found,
        });
    }

    [Test]
    public void A_block_that_was_given_up_is_still_the_only_one_voted_for_in_its_view()
    {
        var committed = Group.Block(9);
        Receive(1, Group.PrePrepare(0, 1, Group.Block(1)));
        Receive(1, Group.PrePrepare(0, 2, Group.Block(2)));
        Receive(2, new CommittedBlock(committed, Group.Certify(StatementKind.PbftCommit, 0, 1, committed.Digest, 1, 2, 4)));

        Receive(1, Group.PrePrepare(0, 2, Group.Block(3)));
        Receive(1, Group.PrePrepare(0, 2, Group.Block(4)));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Sent<Prepare>().Where(prepare => prepare.Number.Value == 2).Select(prepare => prepare.Digest).Distinct(), Is.EqualTo(new[] { Group.Block(2).Digest }));
            Assert.That(_effects.Events.OfType<EquivocationDetected>().Select(told => told.Culprit), Is.EqualTo(new[] { new NodeId(1) }), "told once");
        }
    }

    [Test]
    public void Nobody_keeps_a_replica_from_submitting_by_sending_its_old_batches_back()
    {
        for (byte number = 1; number <= 10; number++)
        {
            Receive(2, new Submit(new CommandBatch(new NodeId(3), number, [new byte[300]]).SignedBy(Group.Identity(3))));
        }

        Step(new CommandsProposed(new[] { new Proposal(new Ticket(1), new byte[600]) }, new Timestamp(5)));

        Assert.That(Sent<Submit>().Single().Batch.Number, Is.EqualTo(101));
    }

    [Test]
    public void What_was_shown_to_everybody_and_is_not_ordered_is_shown_again()
    {
        Step(new CommandsProposed(new[] { new Proposal(new Ticket(1), new byte[] { 1 }) }, new Timestamp(5)));

        for (var turns = 0; turns < 40; turns++)
        {
            var now = _core.NextDeadline;
            _core.Step(now, TimePassed.Instance, _effects);
            _core.EndTurn(now, _effects);
        }

        Assert.That(Sent<Submit>().Count(), Is.GreaterThanOrEqualTo(1 + (2 * 3)), "once to the primary, and then to the three others again and again");
    }

    [Test]
    public void All_blocks_that_were_given_up_as_a_number_are_kept()
    {
        Receive(1, Group.PrePrepare(0, 1, Group.Block(1)));
        Receive(2, Group.NewView(1, Changes(1)));
        Receive(2, Group.PrePrepare(1, 1, Group.Block(2)));
        Receive(4, Group.NewView(3, Changes(3)));
        _effects.Clear();

        Receive(2, new BlockRequest(new SequenceNumber(1), Group.Block(1).Digest));
        Receive(2, new BlockRequest(new SequenceNumber(1), Group.Block(2).Digest));

        Assert.That(Sent<BlockAnswer>().Select(answer => answer.Block.Digest), Is.EqualTo(new[] { Group.Block(1).Digest, Group.Block(2).Digest }));
    }

    [Test]
    public void A_primary_whose_blocks_were_given_up_proposes_no_others_as_their_numbers()
    {
        Receive(1, Group.ViewChange(1, 2));
        Receive(2, Group.ViewChange(2, 2));
        Step(new LogDurable(_effects.LastLsn));
        Step(new CommandsProposed(new[] { new Proposal(new Ticket(1), new byte[] { 1 }) }, new Timestamp(5)));
        Step(new CommandsProposed(new[] { new Proposal(new Ticket(2), new byte[] { 2 }) }, new Timestamp(5)));
        Assert.That(Proposed(), Is.EqualTo(new ulong[] { 1, 2 }), "the primary of view 2");

        Receive(2, new CommittedBlock(Group.Block(9), Group.Certify(StatementKind.PbftCommit, 3, 1, Group.Block(9).Digest, 1, 2, 4)));
        Receive(2, new Submit(Group.Block(3).Batches[0]));

        Assert.That(Proposed(), Is.EqualTo(new ulong[] { 1, 2 }));

        IEnumerable<ulong> Proposed() => Sent<PrePrepare>().Select(proposal => proposal.Number.Value).Distinct();
    }

    [Test]
    public void Of_what_a_checkpoint_says_nobody_can_change_a_part()
    {
        var content = Group.Stable(4).Content;

        var changed = content with { Position = content.Position with { Term = new Term(5) } };

        Assert.That(changed.ComputeDigest(), Is.Not.EqualTo(content.ComputeDigest()));
    }

    [Test]
    public void A_replica_counts_its_own_commit_when_it_is_on_disk()
    {
        var block = Group.Block(1);
        Receive(1, Group.PrePrepare(0, 1, block));
        Receive(2, new Prepare(Lsn.Zero, ViewNumber.Zero, new SequenceNumber(1), block.Digest, Group.Identity(2).Sign(StatementKind.PbftPrepare, ViewNumber.Zero, new SequenceNumber(1), block.Digest)));
        foreach (var member in new uint[] { 1, 2 })
        {
            Receive(member, new Commit(Lsn.Zero, ViewNumber.Zero, new SequenceNumber(1), block.Digest, Group.Identity(member).Sign(StatementKind.PbftCommit, ViewNumber.Zero, new SequenceNumber(1), block.Digest)));
        }

        var before = _core.Status.CommitIndex;
        Step(new LogDurable(Sent<Commit>().First().AfterLsn));

        Assert.That((before.Value, _core.Status.CommitIndex.Value), Is.EqualTo((0ul, 2ul)), "a command and the block's end");
    }

    [Test]
    public void The_start_of_a_view_leaves_with_the_view_on_disk_also_to_whoever_asks_for_it()
    {
        foreach (var member in new uint[] { 1, 2, 4 })
        {
            Receive(member, Group.ViewChange(member, 2));
        }

        Receive(4, new Status(new ViewNumber(2), IsActive: false, SuspectsPrimary: false, SequenceNumber.Zero, SequenceNumber.Zero, SequenceNumber.Zero));

        var saved = _effects.Records.Last(record => record.Slot == PbftSlots.View).Lsn;
        Assert.That(Sent<NewView>().Select(start => start.AfterLsn), Is.EqualTo(new[] { saved, saved, saved, saved }), "to three at once, and to one again");
    }

    [Test]
    public void A_primary_with_two_proposals_for_one_place_is_proven_faulty_by_both()
    {
        Receive(1, Group.PrePrepare(0, 1, Group.Block(1)));
        Receive(1, Group.PrePrepare(0, 1, Group.Block(2)));

        AssertProof(1, StatementKind.PbftPrePrepare, "pre-prepare of block 1 in view 0");
    }

    [Test]
    public void A_primary_that_contradicts_what_a_new_view_began_with_is_proven_faulty()
    {
        ViewChange[] changes = [Group.ViewChange(1, 1, null, Group.Prepared(0, 1, Group.Block(1))), Group.ViewChange(2, 1), Group.ViewChange(4, 1)];
        Receive(1, Group.PrePrepare(0, 1, Group.Block(1)));
        Receive(2, Group.NewView(1, changes, (1, Group.Block(1).Digest)));
        Receive(2, Group.PrePrepare(1, 1, Group.Block(2)));

        AssertProof(2, StatementKind.PbftPrePrepare, "pre-prepare of block 1 in view 1");
    }

    [TestCase(StatementKind.PbftPrepare, "prepare of block 1 in view 0")]
    [TestCase(StatementKind.PbftCommit, "commit of block 1 in view 0")]
    public void A_member_with_two_votes_for_one_place_is_proven_faulty_by_both(StatementKind kind, string about)
    {
        Receive(4, Vote(4, kind, 1, Group.Block(1).Digest));
        Receive(4, Vote(4, kind, 1, Group.Block(1).Digest));
        Assert.That(_effects.Evidence, Is.Empty, "the same twice");

        Receive(4, Vote(4, kind, 1, Group.Block(2).Digest));
        Receive(4, Vote(4, kind, 1, Group.Block(3).Digest));

        AssertProof(4, kind, about);
    }

    [Test]
    public void A_second_vote_that_nobody_signed_proves_nothing()
    {
        var forged = Vote(2, StatementKind.PbftPrepare, 1, Group.Block(2).Digest);
        Receive(4, Vote(4, StatementKind.PbftPrepare, 1, Group.Block(1).Digest));
        Deliver(4, forged);

        Assert.That((_effects.Evidence, _effects.Events.OfType<EquivocationDetected>()), Is.EqualTo((Array.Empty<EquivocationEvidence>(), Array.Empty<EquivocationDetected>())));
    }

    [Test]
    public void A_member_with_two_states_after_one_block_is_proven_faulty_by_both()
    {
        foreach (byte state in new byte[] { 1, 2 })
        {
            var content = Group.Stable(4).Content with { StateHash = Blake3.Hash([state]) };
            Receive(4, new CheckpointVote(content, Group.Identity(4).Sign(StatementKind.Checkpoint, ViewNumber.Zero, content.Number, content.ComputeDigest())));
        }

        AssertProof(4, StatementKind.Checkpoint, "checkpoint after block 4");
    }

    private static Vote Vote(uint signer, StatementKind kind, ulong number, Digest digest)
    {
        var signature = Group.Identity(signer).Sign(kind, ViewNumber.Zero, new SequenceNumber(number), digest);
        return kind == StatementKind.PbftPrepare
            ? new Prepare(Lsn.Zero, ViewNumber.Zero, new SequenceNumber(number), digest, signature)
            : new Commit(Lsn.Zero, ViewNumber.Zero, new SequenceNumber(number), digest, signature);
    }

    [Test]
    public void A_committed_command_is_proven_for_a_window_of_blocks_after_its_checkpoint()
    {
        Commit(1, 4);

        AssertProven(1);
        AssertProven(4);
        AssertNotHere(EntryOf(4).Next, "ends block 4");
        AssertNotHere(EntryOf(5), "not known to be committed");

        Stabilize(4);
        AssertProven(1);
        Commit(5, 20);
        Stabilize(20);

        AssertNotHere(EntryOf(4), "from block 5 to 20");
        AssertProven(5);
        AssertProven(20);
        Assert.That(_core.Prove(EntryOf(4)).Payload!.Value.ToArray(), Is.EqualTo(new byte[] { 4 }), "the command is known");
        Assert.That(((PbftCore)_core).State.PastCertificates, Is.EqualTo(16));
    }

    [Test]
    public void What_is_accepted_and_not_committed_is_not_proven()
    {
        Receive(1, Group.PrePrepare(0, 1, Group.Block(1)));

        AssertNotHere(EntryOf(1), "not known to be committed");
    }

    /// <summary>Each block of these tests has one command, and its end.</summary>
    private static LogIndex EntryOf(ulong block) => new((2 * block) - 1);

    private void Commit(ulong first, ulong last)
    {
        for (var number = first; number <= last; number++)
        {
            var block = Group.Block((byte)number);
            Receive(2, new CommittedBlock(block, Group.Certify(StatementKind.PbftCommit, 0, number, block.Digest, 1, 2, 4)));
        }
    }

    private void Stabilize(ulong number)
    {
        var log = ((PbftCore)_core).State.Log;
        var at = new SequenceNumber(number);
        var content = new CheckpointContent(at, log.PositionAfter(at), log.TimeAfter(at), Blake3.Hash([9]));
        Receive(2, new StableCheckpoint(new StableProof(content, Group.Certify(StatementKind.Checkpoint, 0, number, content.ComputeDigest(), 1, 2, 4))));
        Assert.That(((PbftCore)_core).State.Stable.Number, Is.EqualTo(at));
    }

    private void AssertProven(ulong block)
    {
        var answer = _core.Prove(EntryOf(block));
        Assert.That(answer.Refusal, Is.EqualTo(RefusalReason.None), answer.Detail);
        Assert.That(CommitProofVerifier.Verify(answer.Proof!, Group.Identity(1).Verifier.Domain, Group.Members, CommitRule.ThreeChain, Group.Signatures, out var defect), Is.True, defect?.Detail);
        Assert.That((answer.Proof!.Block.Value, answer.Proof.Command.Payload.ToArray()), Is.EqualTo((block, new[] { (byte)block })));
    }

    private void AssertNotHere(LogIndex index, string why)
    {
        var answer = _core.Prove(index);
        Assert.That((answer.Refusal, answer.Proof), Is.EqualTo((RefusalReason.NotHere, (CommitProof?)null)));
        Assert.That(answer.Detail, Does.Contain(why));
    }

    private void AssertProof(uint culprit, StatementKind kind, string about)
    {
        var evidence = _effects.Evidence.Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That((evidence.Signer.Value, evidence.Kind, evidence.About), Is.EqualTo((culprit, kind, about)));
            Assert.That(EvidenceVerifier.Verify(evidence, Group.Members, Group.Signatures, out var defect), Is.True, defect?.Detail);
            Assert.That(_effects.Events.OfType<EquivocationDetected>(), Is.EqualTo(new[] { new EquivocationDetected(new NodeId(culprit), about, evidence.ComputeDigest()) }));
        }
    }

    private static ViewChange[] Changes(ulong view) => [Group.ViewChange(1, view), Group.ViewChange(2, view), Group.ViewChange(4, view)];

    private IEnumerable<T> Sent<T>() => _effects.Messages.Select(message => message.Message).OfType<T>();

    /// <summary>A message that the verifier may refuse.</summary>
    private void Deliver(uint from, ProtocolMessage message)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        _engine.Codec.Encode(message, buffer);
        if (_ingress.TryAccept(new NodeId(from), buffer.WrittenMemory, out var input, out _))
        {
            Step(input);
        }
    }

    private void Receive(uint from, ProtocolMessage message)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        _engine.Codec.Encode(message, buffer);
        Assert.That(_ingress.TryAccept(new NodeId(from), buffer.WrittenMemory, out var input, out var defect), Is.True, defect);
        Step(input!);
    }

    private void Step(Input input)
    {
        _core.Step(Ticks.Zero, input, _effects);
        _core.EndTurn(Ticks.Zero, _effects);
    }
}
