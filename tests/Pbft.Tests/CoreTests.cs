namespace Consensus.Pbft.Tests;

/// <summary>What a liar may try on one replica, node 3 of view 0.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CoreTests
{
    private readonly TestReplica _replica = new(options: Group.Options with { PooledBytesMax = 2048, BatchBytesMax = 1024 });

    [Test]
    public void A_block_that_was_given_up_is_still_the_only_one_voted_for_in_its_view()
    {
        var committed = Group.Block(9);
        _replica.Receive(1, Group.PrePrepare(0, 1, Group.Block(1)));
        _replica.Receive(1, Group.PrePrepare(0, 2, Group.Block(2)));
        _replica.Receive(2, Group.Committed(1, committed));

        _replica.Receive(1, Group.PrePrepare(0, 2, Group.Block(3)));
        _replica.Receive(1, Group.PrePrepare(0, 2, Group.Block(4)));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_replica.SentOf<Prepare>().Where(prepare => prepare.Number.Value == 2).Select(prepare => prepare.Digest).Distinct(), Is.EqualTo(new[] { Group.Block(2).Digest }));
            Assert.That(_replica.Effects.Events.OfType<EquivocationDetected>().Select(told => told.Culprit), Is.EqualTo(new[] { new NodeId(1) }), "told once");
        }
    }

    [Test]
    public void Nobody_keeps_a_replica_from_submitting_by_sending_its_old_batches_back()
    {
        for (byte number = 1; number <= 10; number++)
        {
            _replica.Receive(2, new Submit(Group.Batch(3, number, new byte[300])));
        }

        _replica.Propose(new byte[600]);

        Assert.That(_replica.SentOf<Submit>().Single().Batch.Number, Is.EqualTo(301), "the first of this life");
    }

    [Test]
    public void What_was_shown_to_everybody_and_is_not_ordered_is_shown_again()
    {
        _replica.Propose(1);

        for (var turns = 0; turns < 40; turns++)
        {
            _replica.Wait();
        }

        Assert.That(_replica.SentOf<Submit>().Count(), Is.GreaterThanOrEqualTo(1 + (2 * 3)), "once to the primary, and then to the three others again and again");
    }

    [Test]
    public void All_blocks_that_were_given_up_as_a_number_are_kept()
    {
        _replica.Receive(1, Group.PrePrepare(0, 1, Group.Block(1)));
        _replica.Receive(2, Group.NewView(1, Group.ViewChanges(1)));
        _replica.Receive(2, Group.PrePrepare(1, 1, Group.Block(2)));
        _replica.Receive(4, Group.NewView(3, Group.ViewChanges(3)));
        _replica.Effects.Clear();

        _replica.Receive(2, new BlockRequest(new SequenceNumber(1), Group.Block(1).Digest));
        _replica.Receive(2, new BlockRequest(new SequenceNumber(1), Group.Block(2).Digest));

        Assert.That(_replica.SentOf<BlockAnswer>().Select(answer => answer.Block.Digest), Is.EqualTo(new[] { Group.Block(1).Digest, Group.Block(2).Digest }));
    }

    [Test]
    public void A_primary_whose_blocks_were_given_up_proposes_no_others_as_their_numbers()
    {
        _replica.Receive(1, Group.ViewChange(1, 2));
        _replica.Receive(2, Group.ViewChange(2, 2));
        _replica.Step(new LogDurable(_replica.Effects.LastLsn));
        _replica.Propose(1);
        _replica.Propose(2);
        Assert.That(Proposed(), Is.EqualTo(new ulong[] { 1, 2 }), "the primary of view 2");

        _replica.Receive(2, Group.Committed(1, Group.Block(9), view: 3));
        _replica.Receive(2, new Submit(Group.Block(3).Batches[0]));

        Assert.That(Proposed(), Is.EqualTo(new ulong[] { 1, 2 }));

        IEnumerable<ulong> Proposed() => _replica.SentOf<PrePrepare>().Select(proposal => proposal.Number.Value).Distinct();
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
        _replica.Receive(1, Group.PrePrepare(0, 1, block));
        _replica.Receive(2, Group.Vote(2, StatementKind.PbftPrepare, 1, block.Digest));
        foreach (var member in new uint[] { 1, 2 })
        {
            _replica.Receive(member, Group.Vote(member, StatementKind.PbftCommit, 1, block.Digest));
        }

        var before = _replica.Core.Status.CommitIndex;
        _replica.Step(new LogDurable(_replica.SentOf<Commit>().First().AfterLsn));

        Assert.That((before.Value, _replica.Core.Status.CommitIndex.Value), Is.EqualTo((0ul, 2ul)), "a command and the block's end");
    }

    [Test]
    public void The_start_of_a_view_leaves_with_the_view_on_disk_also_to_whoever_asks_for_it()
    {
        foreach (var member in new uint[] { 1, 2, 4 })
        {
            _replica.Receive(member, Group.ViewChange(member, 2));
        }

        _replica.Receive(4, Group.Status(0) with { View = new ViewNumber(2), IsActive = false });

        var saved = _replica.Effects.Records.Last(record => record.Slot == PbftSlots.View).Lsn;
        Assert.That(_replica.SentOf<NewView>().Select(start => start.AfterLsn), Is.EqualTo(new[] { saved, saved, saved, saved }), "to three at once, and to one again");
    }

    [Test]
    public void A_primary_with_two_proposals_for_one_place_is_proven_faulty_by_both()
    {
        _replica.Receive(1, Group.PrePrepare(0, 1, Group.Block(1)));
        _replica.Receive(1, Group.PrePrepare(0, 1, Group.Block(2)));

        AssertProof(1, StatementKind.PbftPrePrepare, "pre-prepare of block 1 in view 0");
    }

    [Test]
    public void A_primary_that_contradicts_what_a_new_view_began_with_is_proven_faulty()
    {
        var changes = Group.ViewChanges(1, Group.Prepared(0, 1, Group.Block(1)));
        _replica.Receive(1, Group.PrePrepare(0, 1, Group.Block(1)));
        _replica.Receive(2, Group.NewView(1, changes, (1, Group.Block(1).Digest)));
        _replica.Receive(2, Group.PrePrepare(1, 1, Group.Block(2)));

        AssertProof(2, StatementKind.PbftPrePrepare, "pre-prepare of block 1 in view 1");
    }

    [TestCase(StatementKind.PbftPrepare, "prepare of block 1 in view 0")]
    [TestCase(StatementKind.PbftCommit, "commit of block 1 in view 0")]
    public void A_member_with_two_votes_for_one_place_is_proven_faulty_by_both(StatementKind kind, string about)
    {
        _replica.Receive(4, Group.Vote(4, kind, 1, Group.Block(1).Digest));
        _replica.Receive(4, Group.Vote(4, kind, 1, Group.Block(1).Digest));
        Assert.That(_replica.Effects.Evidence, Is.Empty, "the same twice");

        _replica.Receive(4, Group.Vote(4, kind, 1, Group.Block(2).Digest));
        _replica.Receive(4, Group.Vote(4, kind, 1, Group.Block(3).Digest));

        AssertProof(4, kind, about);
    }

    [Test]
    public void A_second_vote_that_nobody_signed_proves_nothing()
    {
        var forged = Group.Vote(2, StatementKind.PbftPrepare, 1, Group.Block(2).Digest);
        _replica.Receive(4, Group.Vote(4, StatementKind.PbftPrepare, 1, Group.Block(1).Digest));
        Assert.That(_replica.TryReceive(4, forged), Is.Not.Null);

        Assert.That((_replica.Effects.Evidence, _replica.Effects.Events.OfType<EquivocationDetected>()), Is.EqualTo((Array.Empty<EquivocationEvidence>(), Array.Empty<EquivocationDetected>())));
    }

    [Test]
    public void A_member_with_two_states_after_one_block_is_proven_faulty_by_both()
    {
        foreach (byte state in new byte[] { 1, 2 })
        {
            var content = Group.Stable(4).Content with { StateHash = Blake3.Hash([state]) };
            _replica.Receive(4, new CheckpointVote(content, Group.Identity(4).Sign(StatementKind.Checkpoint, ViewNumber.Zero, content.Number, content.ComputeDigest())));
        }

        AssertProof(4, StatementKind.Checkpoint, "checkpoint after block 4");
    }

    [Test]
    public void A_committed_command_is_proven_for_a_window_of_blocks_after_its_checkpoint()
    {
        Commit(1, 4);

        AssertProven(1);
        AssertProven(4);
        AssertNotHere(EntryOf(4).Next, "ends block 4");
        AssertNotHere(EntryOf(5), "not known to be committed");

        _replica.Stabilize(4);
        AssertProven(1);
        Commit(5, 20);
        _replica.Stabilize(20);

        AssertNotHere(EntryOf(4), "from block 5 to 20");
        AssertProven(5);
        AssertProven(20);
        Assert.That(_replica.Core.Prove(EntryOf(4)).Payload!.Value.ToArray(), Is.EqualTo(new byte[] { 4 }), "the command is known");
        Assert.That(_replica.State.PastCertificates, Is.EqualTo(16));
    }

    [Test]
    public void What_is_accepted_and_not_committed_is_not_proven()
    {
        _replica.Receive(1, Group.PrePrepare(0, 1, Group.Block(1)));

        AssertNotHere(EntryOf(1), "not known to be committed");
    }

    /// <summary>Each block of these tests has one command, and its end.</summary>
    private static LogIndex EntryOf(ulong block) => new((2 * block) - 1);

    private void Commit(ulong first, ulong last)
    {
        for (var number = first; number <= last; number++)
        {
            _replica.Commit(Group.Block((byte)number));
        }
    }

    private void AssertProven(ulong block)
    {
        var answer = _replica.Core.Prove(EntryOf(block));
        Assert.That(answer.Refusal, Is.EqualTo(RefusalReason.None), answer.Detail);
        Assert.That(CommitProofVerifier.Verify(answer.Proof!, Group.Identity(1).Verifier.Domain, Group.Members, CommitRule.ThreeChain, Group.Signatures, out var defect), Is.True, defect?.Detail);
        Assert.That((answer.Proof!.Block.Value, answer.Proof.Command.Payload.ToArray()), Is.EqualTo((block, new[] { (byte)block })));
    }

    private void AssertNotHere(LogIndex index, string why)
    {
        var answer = _replica.Core.Prove(index);
        Assert.That((answer.Refusal, answer.Proof), Is.EqualTo((RefusalReason.NotHere, (CommitProof?)null)));
        Assert.That(answer.Detail, Does.Contain(why));
    }

    private void AssertProof(uint culprit, StatementKind kind, string about)
    {
        var evidence = _replica.Effects.Evidence.Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That((evidence.Signer.Value, evidence.Kind, evidence.About), Is.EqualTo((culprit, kind, about)));
            Assert.That(EvidenceVerifier.Verify(evidence, Group.Members, Group.Signatures, out var defect), Is.True, defect?.Detail);
            Assert.That(_replica.Effects.Events.OfType<EquivocationDetected>(), Is.EqualTo(new[] { new EquivocationDetected(new NodeId(culprit), about, evidence.ComputeDigest()) }));
        }
    }
}
