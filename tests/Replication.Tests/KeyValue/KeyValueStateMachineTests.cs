using System.Buffers;
using Consensus.Replication.KeyValue;
using Consensus.Replication.Tests.State;

namespace Consensus.Replication.Tests.KeyValue;

public sealed class KeyValueStateMachineTests
{
    [Test]
    public void Random_commands_agree_with_a_model([Range(1, 10)] int seed)
    {
        var random = new Random(seed);
        var machine = new KeyValueStateMachine();
        var model = new SortedDictionary<byte[], (byte[] Value, ulong Version)>(Bytes.Ordinal);
        for (ulong index = 1; index <= 2000; index++)
        {
            var key = Trees.CrowdedKey(random);
            var command = new ArrayBufferWriter<byte>();
            var outcome = ApplyOutcome.Applied;
            switch (random.Next(3))
            {
                case 0:
                    var value = Trees.Random(random, random.Next(3));
                    KeyValueCommand.WritePut(command, key, value);
                    model[key] = (value, index);
                    break;
                case 1:
                    KeyValueCommand.WriteDelete(command, key);
                    model.Remove(key);
                    break;
                default:
                    byte[]? present = model.TryGetValue(key, out var found) ? found.Value : null;
                    var expected = random.Next(2) == 0 ? present : Trees.Random(random, 1);
                    var replacement = random.Next(3) == 0 ? null : Trees.Random(random, random.Next(3));
                    KeyValueCommand.WriteCompareAndSwap(command, key, Optional(expected), Optional(replacement));
                    var isEqual = expected is null ? present is null : present is not null && expected.SequenceEqual(present);
                    outcome = isEqual ? ApplyOutcome.Applied : ApplyOutcome.Rejected;
                    if (isEqual && replacement is not null)
                    {
                        model[key] = (replacement, index);
                    }
                    else if (isEqual)
                    {
                        model.Remove(key);
                    }

                    break;
            }

            Assert.That(Apply(machine, index, command.WrittenSpan, out _), Is.EqualTo(outcome), $"seed {seed}, command {index}");
            Assert.That(machine.Count, Is.EqualTo(model.Count), $"seed {seed}, command {index}");
        }

        var query = new ArrayBufferWriter<byte>();
        KeyValueQuery.WriteScan(query, default, default, KeyValueLimits.ScanLimitMax);
        var answer = new ArrayBufferWriter<byte>();
        machine.Query(query.WrittenSpan, answer);
        var entries = KeyValueAnswer.ReadEntries(new QueryResult(RefusalReason.None, LogIndex.Zero, answer.WrittenMemory)).Entries;
        Assert.That(
            entries.Select(entry => (entry.Key.ToArray(), entry.Value.ToArray(), entry.Version.Value)),
            Is.EqualTo(model.Select(entry => (entry.Key, entry.Value.Value, entry.Value.Version))),
            $"seed {seed}");
    }

    [Test]
    public void A_restored_machine_has_the_hash_and_the_snapshot_of_the_first()
    {
        var machine = Filled();
        var bytes = Snapshot(machine);

        var restored = new KeyValueStateMachine();
        restored.Restore(new MemoryStream(bytes));

        Assert.That(restored.StateHash(), Is.EqualTo(machine.StateHash()));
        Assert.That(Snapshot(restored), Is.EqualTo(bytes));
    }

    [Test]
    public void A_tree_of_another_kind_is_refused_and_the_state_is_as_it_was()
    {
        var machine = Filled();
        var before = machine.StateHash();
        var foreign = Trees.Of([KeyValuePair.Create("k"u8.ToArray(), "short"u8.ToArray())]);

        var exception = Assert.Throws<ConsensusException>(() => machine.Restore(new MemoryStream(Trees.Written(foreign))));

        Assert.That(exception.Reason, Is.EqualTo(ConsensusFailure.SnapshotInvalid));
        Assert.That(machine.StateHash(), Is.EqualTo(before));
    }

    [Test]
    public void A_rejected_command_leaves_the_state_as_it_was()
    {
        var machine = Filled();
        var before = machine.StateHash();
        var command = new ArrayBufferWriter<byte>();
        KeyValueCommand.WriteCompareAndSwap(command, "key1"u8, null, "other"u8.ToArray());

        Assert.That(Apply(machine, 999, command.WrittenSpan, out _), Is.EqualTo(ApplyOutcome.Rejected));
        Assert.That(machine.StateHash(), Is.EqualTo(before));
    }

    [Test]
    public void What_the_store_would_not_send_the_machine_rejects_alike()
    {
        var machine = new KeyValueStateMachine();
        var command = new ArrayBufferWriter<byte>();
        KeyValueCommand.WritePut(command, "k"u8, new byte[KeyValueLimits.ValueBytesMax + 1]);
        Assert.That(Apply(machine, 1, command.WrittenSpan, out var rejection), Is.EqualTo(ApplyOutcome.Rejected));
        Assert.That(rejection, Is.EqualTo(KeyValueRejection.ValueTooLong));

        command.Clear();
        KeyValueCommand.WriteDelete(command, default);
        Apply(machine, 2, command.WrittenSpan, out rejection);
        Assert.That(rejection, Is.EqualTo(KeyValueRejection.KeyEmpty));

        command.Clear();
        KeyValueCommand.WriteCompareAndSwap(command, new byte[KeyValueLimits.KeyBytesMax + 1], null, null);
        Apply(machine, 3, command.WrittenSpan, out rejection);
        Assert.That(rejection, Is.EqualTo(KeyValueRejection.KeyTooLong));
        Assert.That(machine.Count, Is.Zero);
    }

    [Test]
    public void A_command_with_bytes_behind_it_is_malformed()
    {
        var command = new ArrayBufferWriter<byte>();
        KeyValueCommand.WriteDelete(command, "k"u8);
        command.Write<byte>([0xc0]);

        Apply(new KeyValueStateMachine(), 1, command.WrittenSpan, out var rejection);

        Assert.That(rejection, Is.EqualTo(KeyValueRejection.MalformedCommand));
    }

    [Test]
    public void Any_bytes_are_answered_and_two_machines_answer_alike([Range(1, 8)] int seed)
    {
        var random = new Random(seed);
        var (one, other) = (Filled(), Filled());
        var valid = new List<byte[]>();
        var writer = new ArrayBufferWriter<byte>();
        foreach (var write in (Action[])[
            () => KeyValueCommand.WritePut(writer, "key1"u8, "value"u8),
            () => KeyValueCommand.WriteDelete(writer, "key2"u8),
            () => KeyValueCommand.WriteCompareAndSwap(writer, "key3"u8, null, "x"u8.ToArray()),
            () => KeyValueQuery.WriteGet(writer, "key1"u8),
            () => KeyValueQuery.WriteScan(writer, "key"u8, "key2"u8, 10)])
        {
            writer.Clear();
            write();
            valid.Add(writer.WrittenSpan.ToArray());
        }

        for (ulong index = 100; index < 3000; index++)
        {
            var bytes = random.Next(3) == 0 ? Trees.Random(random, random.Next(20)) : (byte[])valid[random.Next(valid.Count)].Clone();
            for (var flips = random.Next(4); flips > 0 && bytes.Length > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            bytes = bytes[..^random.Next(Math.Min(3, bytes.Length + 1))];
            var where = $"seed {seed}: {Convert.ToHexString(bytes)}";
            var before = one.StateHash();
            var outcome = Apply(one, index, bytes, out var rejection);
            Assert.That(Apply(other, index, bytes, out var alike), Is.EqualTo(outcome), where);
            Assert.That(alike, Is.EqualTo(rejection), where);
            Assert.That(rejection == KeyValueRejection.None, Is.EqualTo(outcome == ApplyOutcome.Applied), where);
            Assert.That(other.StateHash(), Is.EqualTo(one.StateHash()), where);
            if (outcome == ApplyOutcome.Rejected)
            {
                Assert.That(one.StateHash(), Is.EqualTo(before), where);
            }

            var (first, second) = (new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>());
            one.Query(bytes, first);
            other.Query(bytes, second);
            Assert.That(first.WrittenCount, Is.GreaterThan(0), where);
            Assert.That(second.WrittenSpan.SequenceEqual(first.WrittenSpan), where);
        }
    }

    [Test]
    public void A_snapshot_is_of_the_moment_it_was_captured()
    {
        var machine = Filled();
        var expected = Snapshot(machine);
        using var captured = machine.CaptureSnapshot();
        var command = new ArrayBufferWriter<byte>();
        KeyValueCommand.WriteDelete(command, "key1"u8);
        Apply(machine, 999, command.WrittenSpan, out _);

        using var stream = new MemoryStream();
        captured.WriteTo(stream);

        Assert.That(stream.ToArray(), Is.EqualTo(expected));
        Assert.That(Snapshot(machine), Is.Not.EqualTo(expected));
    }

    private static ReadOnlyMemory<byte>? Optional(byte[]? bytes) => bytes is null ? default(ReadOnlyMemory<byte>?) : bytes.AsMemory();

    private static KeyValueStateMachine Filled()
    {
        var machine = new KeyValueStateMachine();
        for (ulong index = 1; index <= 5; index++)
        {
            var command = new ArrayBufferWriter<byte>();
            KeyValueCommand.WritePut(command, System.Text.Encoding.UTF8.GetBytes($"key{index}"), new byte[index]);
            Assert.That(Apply(machine, index, command.WrittenSpan, out _), Is.EqualTo(ApplyOutcome.Applied));
        }

        return machine;
    }

    private static byte[] Snapshot(KeyValueStateMachine machine)
    {
        using var snapshot = machine.CaptureSnapshot();
        using var stream = new MemoryStream();
        snapshot.WriteTo(stream);
        return stream.ToArray();
    }

    private static ApplyOutcome Apply(KeyValueStateMachine machine, ulong index, ReadOnlySpan<byte> command, out KeyValueRejection rejection)
    {
        var result = new ArrayBufferWriter<byte>();
        var outcome = machine.Apply(new CommandContext(new LogIndex(index), default, default), command, result);
        rejection = KeyValueAnswer.ReadOutcome(new ProposeResult(default, default, result.WrittenMemory, default)).Rejection;
        Assert.That(result.WrittenCount, Is.LessThanOrEqualTo(12), "results are kept in the session table: small");
        return outcome;
    }
}
