namespace Consensus.Byzantine.Tests;

/// <summary>How node 3, which has nothing, comes to a checkpoint whose blocks nobody has any more, among members who may lie.</summary>
[TestFixture("pbft")]
[TestFixture("hotstuff")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SnapshotFetchTests
{
    private const int PartSize = 4096;

    private static readonly byte[] State = [.. Enumerable.Range(0, 10_000).Select(static i => (byte)i)];
    private static readonly SnapshotDescriptor Snapshot = Newcomer.Snapshot(8, State);

    private readonly Newcomer _replica;

    public SnapshotFetchTests(string engine)
    {
        _replica = new Newcomer(EngineUnderTest.Create(engine, 3));
        _replica.Receive(1, new StableCheckpoint(Newcomer.Stable(8, Snapshot.Position)));
        foreach (uint other in (uint[])[1, 2, 4])
        {
            _replica.Receive(other, new CatchUpBlocks(new SequenceNumber(1), []));
        }

        _replica.Look();
    }

    [Test]
    public void Snapshots_are_asked_for_when_nobody_has_the_blocks() =>
        Assert.That(_replica.SentOf<SnapshotRequest>(), Is.EqualTo(Enumerable.Repeat(new SnapshotRequest(SequenceNumber.Zero), 3)));

    [Test]
    public void One_member_that_shows_a_certificate_is_believed()
    {
        Offer(4);

        Assert.That(AskedFor(), Is.EqualTo(new[] { (new NodeId(4), 0L) }));
    }

    [Test]
    public void A_snapshot_whose_certificate_is_too_small_or_anothers_is_refused()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(TryOffer(Newcomer.Certified(Snapshot, 1)), Is.Not.Null, "one signature, and two are needed");
            Assert.That(TryOffer(Newcomer.Certified(Snapshot, 1, 2) with { Snapshot = Snapshot with { StateHash = Blake3.Hash([1]) } }), Does.Contain("another's"));
            Assert.That(TryOffer(Newcomer.Certified(Snapshot, 1, 2) with { Snapshot = Snapshot with { Checksum = Blake3.Hash([1]) } }), Does.Contain("another's"));
            Assert.That(TryOffer(new CertifiedSnapshot(Snapshot, Forged())), Does.Contain("not proven"));
            Assert.That(AskedFor(), Is.Empty);
        }
    }

    [Test]
    public void Parts_that_are_proven_are_stored_and_the_whole_becomes_the_state()
    {
        Offer(1);
        for (var offset = 0; offset < State.Length; offset += PartSize)
        {
            Send(1, offset);
            Stored(1, Math.Min(State.Length, offset + PartSize));
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_replica.Effects.Install, Is.EqualTo(Snapshot));
            Assert.That(_replica.Status.CommitIndex, Is.EqualTo(Snapshot.Position.Index));
            Assert.That(_replica.Effects.Events.OfType<SnapshotInstalled>().Single().From, Is.EqualTo(new NodeId(1)));
        }
    }

    // The lie ends an attempt by blocks, and the next would begin after the checkpoint.
    [Test]
    public void What_was_installed_is_not_asked_for_when_a_lie_about_it_comes_in_the_same_turn()
    {
        Offer(1);
        for (var offset = 0; offset < State.Length; offset += PartSize)
        {
            Send(1, offset);
            if (offset + PartSize < State.Length)
            {
                Stored(1, offset + PartSize);
            }
        }

        uint[] asked = [.. _replica.ReceiversOf<CatchUpRequest>()];
        Block[] lies = [.. Enumerable.Range(1, 8).Select(i => Samples.Block(i))];
        _replica.Step(
            new SnapshotChunkStored(new NodeId(1), Snapshot, State.Length, IsComplete: true),
            _replica.Arrived(asked[^1], new CatchUpBlocks(new SequenceNumber(1), lies)));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_replica.Status.CommitIndex, Is.EqualTo(Snapshot.Position.Index));
            Assert.That(_replica.ReceiversOf<CatchUpRequest>(), Is.EqualTo(asked));
        }
    }

    [Test]
    public void What_was_installed_is_shown_to_others_with_its_certificate_when_that_is_on_disk()
    {
        Parts_that_are_proven_are_stored_and_the_whole_becomes_the_state();

        _replica.Receive(2, new SnapshotRequest(SequenceNumber.Zero));
        _replica.Receive(2, new SnapshotPartRequest(Snapshot.Position.Index, Snapshot.Checksum, PartSize));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_replica.SentOf<SnapshotOffer>().Single().Snapshot.Snapshot, Is.EqualTo(Snapshot));
            Assert.That(_replica.Effects.Requests.OfType<ReadSnapshotChunk>().Single(), Is.EqualTo(new ReadSnapshotChunk(new NodeId(2), Snapshot, PartSize, PartSize, WithProof: true)));
            Assert.That(_replica.Effects.Kept, Does.Contain(Snapshot));
        }
    }

    [Test]
    public void A_wrong_part_is_not_stored_and_its_sender_is_asked_for_no_other()
    {
        Offer(1);
        Offer(2);
        _replica.Receive(1, new SnapshotPart(Snapshot.Position.Index, 0, new byte[PartSize], Proof(0)));
        Assert.That(AskedFor().Last(), Is.EqualTo((new NodeId(2), 0L)));

        Send(2, 0);
        Stored(2, PartSize);
        _replica.Receive(2, new SnapshotPart(Snapshot.Position.Index, PartSize, State.AsMemory(PartSize, PartSize), Proof(0)));
        Offer(1);
        Offer(2);
        for (var i = 0; i < 20; i++)
        {
            _replica.Look();
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_replica.Effects.Requests.OfType<StoreSnapshotChunk>().Count(), Is.EqualTo(1), "the one part that was right");
            Assert.That(AskedFor().Last().To, Is.EqualTo(new NodeId(2)), "nobody has lied but one, or else two of four");
        }
    }

    [Test]
    public void Right_parts_count_whoever_sent_them()
    {
        Offer(1);
        Offer(2);
        Send(1, 0);
        Stored(1, PartSize);
        _replica.Receive(1, new SnapshotPart(Snapshot.Position.Index, PartSize, new byte[PartSize], Proof(PartSize)));

        Send(2, 0);
        Stored(2, PartSize);

        Assert.That(AskedFor().Last(), Is.EqualTo((new NodeId(2), (long)PartSize)), "the disk has the first part already, and says so");
    }

    [Test]
    public void A_right_part_of_another_size_is_not_stored_for_others_could_not_go_on_from_it()
    {
        Offer(1);
        Offer(2);

        _replica.Receive(1, new SnapshotPart(Snapshot.Position.Index, 0, State.AsMemory(0, Blake3Outline.PartSizeMin), Proof(0, Blake3Outline.PartSizeMin)));

        Assert.That(_replica.Effects.Requests, Is.Empty);
        Assert.That(AskedFor().Last(), Is.EqualTo((new NodeId(2), 0L)));
    }

    [Test]
    public void A_part_that_nobody_asked_for_is_not_stored()
    {
        Offer(1);

        Send(2, 0);
        Send(1, PartSize);

        Assert.That(_replica.Effects.Requests, Is.Empty);
    }

    [Test]
    public void Who_no_longer_has_the_snapshot_or_is_silent_is_left_for_another()
    {
        Offer(1);
        Offer(2);
        Offer(4);
        _replica.Receive(1, new SnapshotPart(Snapshot.Position.Index, 0, default, default));
        Assert.That(AskedFor().Last().To, Is.EqualTo(new NodeId(2)));

        for (var i = 0; i < 5; i++)
        {
            _replica.Look();
        }

        Assert.That(AskedFor().Last().To, Is.EqualTo(new NodeId(4)));
    }

    [Test]
    public void A_part_that_may_be_on_its_way_is_asked_for_once_more_and_not_at_each_look()
    {
        Offer(1);
        for (var i = 0; i < 4; i++)
        {
            _replica.Look();
        }

        Assert.That(AskedFor(), Is.EqualTo(new[] { (new NodeId(1), 0L), (new NodeId(1), 0L) }));
    }

    [Test]
    public void Where_a_part_takes_longer_than_anybody_is_given_everybody_is_given_more()
    {
        for (var attempt = 0; _replica.Effects.Install is null; attempt++)
        {
            Assert.That(attempt, Is.LessThan(20), "it does not get on");
            Offer(1);
            var (_, offset) = AskedFor().Last();
            for (var i = 0; i < 8; i++)
            {
                _replica.Look();
            }

            Send(1, (int)offset);
            if (_replica.Effects.Requests.OfType<StoreSnapshotChunk>().Any(stored => stored.Offset == offset))
            {
                Stored(1, Math.Min(State.Length, (int)offset + PartSize));
            }
        }
    }

    [Test]
    public void When_nobody_is_left_everybody_is_asked_again()
    {
        Offer(1);
        _replica.Receive(1, new SnapshotPart(Snapshot.Position.Index, 0, default, default));
        var asked = _replica.SentOf<SnapshotRequest>().Count();

        _replica.Look();
        Offer(1);

        Assert.That(_replica.SentOf<SnapshotRequest>().Count(), Is.EqualTo(asked + 3));
        Assert.That(AskedFor().Last(), Is.EqualTo((new NodeId(1), 0L)));
    }

    private static byte[] Proof(int offset, int partSize = PartSize)
    {
        var outline = new Blake3Outline(partSize);
        for (var i = 0; i < State.Length; i += partSize)
        {
            outline.Append(State.AsSpan(i, Math.Min(partSize, State.Length - i)));
        }

        return outline.Prove(offset / partSize);
    }

    private static QuorumCertificate Forged()
    {
        var real = Newcomer.Certified(Snapshot, 1).Certificate;
        return new QuorumCertificate(real.Statement, [real.Signatures[0], new MemberSignature(new NodeId(2), real.Signatures[0].Signature)]);
    }

    private IEnumerable<(NodeId To, long Offset)> AskedFor() =>
        _replica.Effects.Messages.Where(message => message.Message is SnapshotPartRequest).Select(message => (message.To, ((SnapshotPartRequest)message.Message).Offset));

    private void Offer(uint from) => _replica.Receive(from, new SnapshotOffer(Newcomer.Certified(Snapshot, 1, 2)));

    private string? TryOffer(CertifiedSnapshot snapshot)
    {
        try
        {
            return _replica.TryReceive(1, new SnapshotOffer(snapshot));
        }
        catch (ArgumentException exception)
        {
            return exception.Message;
        }
    }

    private void Send(uint from, int offset) => _replica.Receive(
        from, new SnapshotPart(Snapshot.Position.Index, offset, State.AsMemory(offset, Math.Min(PartSize, State.Length - offset)), Proof(offset)));

    private void Stored(uint from, int end) => _replica.Step(new SnapshotChunkStored(new NodeId(from), Snapshot, end, IsComplete: end == State.Length));
}
