namespace Consensus.Byzantine.Tests;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class BlockLogTests
{
    private readonly EffectBuffer _effects = new(Lsn.Zero);

    [Test]
    public void A_block_becomes_its_commands_and_an_end_and_can_be_put_together_again()
    {
        var log = new BlockLog(EmptyDisk.Found, checkpointInterval: 2);
        var block = Samples.Block(5, Samples.Batch(1, 10, "a", "b"), Samples.Batch(2, 20), Samples.Batch(3, 30, "c"));

        log.Append(block, _effects);
        log.Append(Samples.Block(4), _effects);

        var read = log.Read(new SequenceNumber(1));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_effects.Records.Select(record => record.Entry.Kind), Is.EqualTo(new[] { EntryKind.Command, EntryKind.Command, EntryKind.Command, EntryKind.Block, EntryKind.Checkpoint }));
            Assert.That(_effects.Records.Select(record => record.Entry.Term.Value), Is.EqualTo(new ulong[] { 1, 1, 1, 1, 2 }), "the term is the block's number");
            Assert.That(_effects.Records.Select(record => record.Entry.Time.UnixMilliseconds), Is.All.EqualTo(5), "time never goes back");
            Assert.That(read.Digest, Is.EqualTo(block.Digest));
            Assert.That(log.DigestOf(new SequenceNumber(2)), Is.EqualTo(Samples.Block(4).Digest));
            Assert.That(log.Read(new SequenceNumber(2)).Digest, Is.EqualTo(Samples.Block(4).Digest));
            Assert.That(log.BatchesOf(new SequenceNumber(1)).ToArray(), Is.EqualTo(new BatchPlace[] { new(new NodeId(1), 10, 2), new(new NodeId(2), 20, 0), new(new NodeId(3), 30, 1) }));
        }
    }

    [Test]
    public void After_a_restart_the_blocks_are_those_that_were_not_given_up()
    {
        var log = new BlockLog(EmptyDisk.Found, checkpointInterval: 4);
        log.Append(Samples.Block(1, Samples.Batch(1, 1, "a")), _effects);
        log.Append(Samples.Block(2, Samples.Batch(1, 2, "b", "b")), _effects);
        log.Append(Samples.Block(3, Samples.Batch(1, 3, "c")), _effects);
        log.Truncate(new SequenceNumber(2), _effects);
        log.Append(Samples.Block(4, Samples.Batch(2, 1, "d")), _effects);

        var recovered = new BlockLog(Samples.After(_effects), checkpointInterval: 4);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(recovered.Last, Is.EqualTo(new SequenceNumber(2)));
            Assert.That(recovered.Committed, Is.EqualTo(SequenceNumber.Zero));
            Assert.That(recovered.PositionAfter(recovered.Last), Is.EqualTo(log.PositionAfter(log.Last)));
            Assert.That(recovered.DigestOf(new SequenceNumber(2)), Is.EqualTo(Samples.Block(4, Samples.Batch(2, 1, "d")).Digest));
        }
    }

    [Test]
    public void Committed_entries_are_handed_over_once_and_in_order()
    {
        var log = new BlockLog(EmptyDisk.Found, checkpointInterval: 4);
        log.Append(Samples.Block(1, Samples.Batch(1, 1, "a")), _effects);
        log.Append(Samples.Block(2, Samples.Batch(1, 2, "b")), _effects);
        _effects.Clear();

        log.CommitTo(new SequenceNumber(1));
        log.HandOverCommitted(_effects);
        log.CommitTo(new SequenceNumber(2));
        log.HandOverCommitted(_effects);
        log.HandOverCommitted(_effects);

        Assert.That(_effects.Committed.Select(entry => entry.Index.Value), Is.EqualTo(new ulong[] { 1, 2, 3, 4 }));
    }

    [Test]
    public void A_committed_block_is_never_given_up()
    {
        var log = new BlockLog(EmptyDisk.Found, checkpointInterval: 4);
        log.Append(Samples.Block(1), _effects);
        log.CommitTo(new SequenceNumber(1));

        Assert.That(() => log.Truncate(new SequenceNumber(1), _effects), Throws.TypeOf<ConsensusException>());
    }

    // The log forgets whole files, so it may begin anywhere.
    [Test]
    public void A_log_that_begins_in_the_middle_of_a_block_begins_with_the_next_one([Range(1, 3)] int forgotten)
    {
        var log = new BlockLog(EmptyDisk.Found, checkpointInterval: 4);
        log.Append(Samples.Block(1, Samples.Batch(1, 1, "a", "b")), _effects);
        log.Append(Samples.Block(2, Samples.Batch(1, 2, "c")), _effects);
        var whole = Samples.After(_effects);
        var last = whole.Entries[forgotten - 1];
        var snapshot = log.PositionAfter(new SequenceNumber(1));

        var recovered = new BlockLog(
            whole with
            {
                Base = new LogPosition(last.Index, last.Term, last.Chain),
                Entries = [.. whole.Entries.Skip(forgotten)],
                Snapshot = Snapshot(snapshot),
            },
            checkpointInterval: 4);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(recovered.Base, Is.EqualTo(new SequenceNumber(1)));
            Assert.That(recovered.Last, Is.EqualTo(new SequenceNumber(2)));
            Assert.That(recovered.Committed, Is.EqualTo(new SequenceNumber(1)), "what the snapshot covers was committed");
            Assert.That(recovered.PositionAfter(new SequenceNumber(2)), Is.EqualTo(log.PositionAfter(new SequenceNumber(2))));
        }
    }

    [Test]
    public void Blocks_that_are_not_believed_yet_lead_to_the_position_that_appending_them_leads_to()
    {
        var log = new BlockLog(EmptyDisk.Found, checkpointInterval: 2);
        log.Append(Samples.Block(9, Samples.Batch(1, 1, "a")), _effects);
        var chain = log.ChainAfter(new SequenceNumber(1));
        var blocks = new[] { Samples.Block(3, Samples.Batch(2, 1, "x", "y")), Block.Null, Samples.Block(12, Samples.Batch(3, 1)) };

        foreach (var block in blocks)
        {
            chain.Add(block);
            log.Append(block, _effects);
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(chain.Position, Is.EqualTo(log.PositionAfter(log.Last)));
            Assert.That(chain.Number, Is.EqualTo(log.Last));
            Assert.That(chain.Time, Is.EqualTo(log.TimeAfter(log.Last)));
        }
    }

    [Test]
    public void Entries_that_are_no_blocks_are_refused_with_their_index()
    {
        var log = new BlockLog(EmptyDisk.Found, checkpointInterval: 4);
        log.Append(Samples.Block(1), _effects);
        var whole = Samples.After(_effects);
        var damaged = whole with { Entries = [whole.Entries[0] with { Payload = new byte[] { 1, 2, 3 } }] };

        Assert.That(() => new BlockLog(damaged, 4), Throws.TypeOf<ConsensusException>().With.Message.Contain("Entry 1").And.Property("Reason").EqualTo(ConsensusFailure.StorageCorrupt));
    }

    private static SnapshotDescriptor Snapshot(LogPosition position) => new()
    {
        Epoch = Epoch.Zero,
        Position = position,
        Time = new Timestamp(1),
        Membership = ClusterMembership.Empty,
        StateHash = default,
        Length = 0,
        Checksum = default,
    };
}
