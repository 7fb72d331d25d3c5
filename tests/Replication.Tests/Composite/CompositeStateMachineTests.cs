using System.Buffers;
using Consensus.Cryptography;
using Consensus.Replication.KeyValue;

namespace Consensus.Replication.Tests.Composite;

public sealed class CompositeStateMachineTests
{
    private static readonly MachineId One = new(16);
    private static readonly MachineId Two = new(200);

    [Test]
    public void A_command_reaches_the_machine_that_it_begins_with_and_no_other()
    {
        var (one, two) = (new KeyValueStateMachine(), new KeyValueStateMachine());
        var composite = new CompositeStateMachine([new(Two, two), new(One, one)]);

        Assert.That(Put(composite, Two, 1, "key"u8), Is.EqualTo(ApplyOutcome.Applied));

        Assert.That(one.Count, Is.Zero);
        Assert.That(two.Count, Is.EqualTo(1));
    }

    [Test]
    public void A_command_or_query_for_no_machine_is_rejected_with_a_type()
    {
        var composite = Hosting(One);
        var before = composite.StateHash();
        var result = new ArrayBufferWriter<byte>();

        Assert.That(composite.Apply(default, [Two.Value, 1, 2], result), Is.EqualTo(ApplyOutcome.Rejected));
        Assert.That(CompositeStateMachine.TryReadRejection(result.WrittenSpan, out var rejection));
        Assert.That(rejection, Is.EqualTo(CompositeRejection.MachineUnknown));

        result.Clear();
        Assert.That(composite.Apply(default, [], result), Is.EqualTo(ApplyOutcome.Rejected));
        Assert.That(CompositeStateMachine.TryReadRejection(result.WrittenSpan, out rejection));
        Assert.That(rejection, Is.EqualTo(CompositeRejection.MachineMissing));

        result.Clear();
        composite.Query([Two.Value], result);
        Assert.That(CompositeStateMachine.TryReadRejection(result.WrittenSpan, out rejection));
        Assert.That(rejection, Is.EqualTo(CompositeRejection.MachineUnknown));
        Assert.That(composite.StateHash(), Is.EqualTo(before));
    }

    [Test]
    public void The_order_in_which_machines_are_named_does_not_matter()
    {
        var first = new CompositeStateMachine([new(One, new KeyValueStateMachine()), new(Two, new KeyValueStateMachine())]);
        var second = new CompositeStateMachine([new(Two, new KeyValueStateMachine()), new(One, new KeyValueStateMachine())]);
        Put(first, One, 1, "key"u8);
        Put(second, One, 1, "key"u8);

        Assert.That(second.StateHash(), Is.EqualTo(first.StateHash()));
        Assert.That(Snapshot(second), Is.EqualTo(Snapshot(first)));
    }

    [Test]
    public void The_hash_is_over_identities_and_hashes()
    {
        var (one, two) = (new KeyValueStateMachine(), new KeyValueStateMachine());
        var composite = new CompositeStateMachine([new(One, one), new(Two, two)]);
        Put(composite, Two, 1, "key"u8);

        var pairs = new byte[66];
        pairs[0] = One.Value;
        one.StateHash().CopyTo(pairs.AsSpan(1));
        pairs[33] = Two.Value;
        two.StateHash().CopyTo(pairs.AsSpan(34));
        Assert.That(composite.StateHash(), Is.EqualTo(Blake3.Hash(pairs)));
    }

    [Test]
    public void The_same_entries_in_different_machines_are_different_states()
    {
        var (first, second) = (Hosting(One, Two), Hosting(One, Two));
        Put(first, One, 1, "key"u8);
        Put(second, Two, 1, "key"u8);

        Assert.That(second.StateHash(), Is.Not.EqualTo(first.StateHash()));
    }

    [Test]
    public void An_identity_that_is_there_twice_or_is_none_is_refused()
    {
        Assert.That(Assert.Throws<ConsensusException>(() => Hosting(One, One)).Reason, Is.EqualTo(ConsensusFailure.InvalidConfiguration));
        Assert.Throws<ConsensusException>(() => Hosting(MachineId.None));
        Assert.Throws<ConsensusException>(() => Hosting());
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(65_536)]
    [TestCase(200_000)]
    public void A_snapshot_is_restored_whatever_its_size(int valueSize)
    {
        var composite = Hosting(One, Two);
        Put(composite, One, 1, "key"u8, valueSize);
        Put(composite, Two, 2, "other"u8, valueSize / 2);
        var bytes = Snapshot(composite);

        var restored = Hosting(One, Two);
        restored.Restore(new MemoryStream(bytes));

        Assert.That(restored.StateHash(), Is.EqualTo(composite.StateHash()));
        Assert.That(Snapshot(restored), Is.EqualTo(bytes));
    }

    [Test]
    public void A_part_of_exactly_one_piece_ends_with_an_empty_piece()
    {
        // 8 bytes before the entries, 6 before the entry, 3 of the key, 8 of the version: 65,536 in all.
        var composite = Hosting(One);
        Put(composite, One, 1, "key"u8, 65_536 - 25);

        var bytes = Snapshot(composite);

        Assert.That(bytes, Has.Length.EqualTo(1 + 1 + 4 + 65_536 + 4));
        Assert.That(bytes[^4..], Is.All.Zero);
        var restored = Hosting(One);
        restored.Restore(new MemoryStream(bytes));
        Assert.That(restored.StateHash(), Is.EqualTo(composite.StateHash()));
    }

    [Test]
    public void A_snapshot_of_other_machines_is_refused()
    {
        var bytes = Snapshot(Hosting(One, Two));

        Assert.Throws<ConsensusException>(() => Hosting(One).Restore(new MemoryStream(bytes)));
        Assert.Throws<ConsensusException>(() => Hosting(One, new(201)).Restore(new MemoryStream(bytes)));
    }

    [Test]
    public void Every_truncation_and_every_addition_is_refused_and_leaves_all_machines_as_they_were()
    {
        var source = Hosting(One, Two);
        Put(source, One, 1, "key"u8);
        Put(source, Two, 2, "other"u8);
        var bytes = Snapshot(source);
        var target = Hosting(One, Two);
        Put(target, One, 3, "mine"u8);
        var before = target.StateHash();

        for (var length = 0; length < bytes.Length; length++)
        {
            var exception = Assert.Throws<ConsensusException>(() => target.Restore(new MemoryStream(bytes[..length])));
            Assert.That(exception.Reason, Is.EqualTo(ConsensusFailure.SnapshotInvalid));
            Assert.That(target.StateHash(), Is.EqualTo(before), $"cut to {length} bytes");
        }

        Assert.Throws<ConsensusException>(() => target.Restore(new MemoryStream([.. bytes, 0])));
        Assert.That(target.StateHash(), Is.EqualTo(before));
        target.Restore(new MemoryStream(bytes));
        Assert.That(target.StateHash(), Is.EqualTo(source.StateHash()));
    }

    [Test]
    public void Mutated_snapshots_are_refused_or_are_the_one_form_of_another_state([Range(1, 5)] int seed)
    {
        var random = new Random(seed);
        var source = Hosting(One, Two);
        Put(source, One, 1, "key"u8);
        Put(source, Two, 2, "other"u8);
        var valid = Snapshot(source);
        var target = Hosting(One, Two);
        for (var round = 0; round < 2000; round++)
        {
            var bytes = (byte[])valid.Clone();
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var before = target.StateHash();
            try
            {
                target.Restore(new MemoryStream(bytes));
                Assert.That(Snapshot(target), Is.EqualTo(bytes), $"seed {seed}, round {round}");
            }
            catch (ConsensusException exception)
            {
                Assert.That(exception.Reason, Is.EqualTo(ConsensusFailure.SnapshotInvalid), $"seed {seed}, round {round}");
                Assert.That(target.StateHash(), Is.EqualTo(before), $"seed {seed}, round {round}");
            }
        }
    }

    private static CompositeStateMachine Hosting(params MachineId[] ids) => new(ids.Select(id => new HostedMachine(id, new KeyValueStateMachine())));

    private static ApplyOutcome Put(CompositeStateMachine composite, MachineId id, ulong index, ReadOnlySpan<byte> key, int valueSize = 5)
    {
        var command = new ArrayBufferWriter<byte>();
        command.Write<byte>([id.Value]);
        KeyValueCommand.WritePut(command, key, new byte[valueSize]);
        return composite.Apply(new CommandContext(new LogIndex(index), default, default), command.WrittenSpan, new ArrayBufferWriter<byte>());
    }

    private static byte[] Snapshot(CompositeStateMachine composite)
    {
        using var snapshot = composite.CaptureSnapshot();
        using var stream = new MemoryStream();
        snapshot.WriteTo(stream);
        return stream.ToArray();
    }
}
