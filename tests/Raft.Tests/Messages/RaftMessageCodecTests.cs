using System.Buffers;
using System.Collections;
using System.Reflection;
using System.Runtime.InteropServices;
using Consensus.Engine;
using Consensus.Raft.Messages;
using Consensus.Serialization;

namespace Consensus.Raft.Tests.Messages;

[TestFixture]
internal sealed class RaftMessageCodecTests
{
    private static readonly RaftMessageCodec Codec = new();
    private static readonly byte[] LongHeaders = [0xdc, 0xdd, 0xc5, 0xc6, 0xda, 0xdb];

    private static IEnumerable<RaftMessageKind> Kinds => RandomMessages.Kinds;

    [TestCaseSource(nameof(Kinds))]
    public void A_message_comes_back_as_it_was_and_has_one_form(RaftMessageKind kind)
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var message = new RandomMessages(seed).Next(kind);
            var frame = RandomMessages.Encode(message);
            var decoded = Codec.Decode(frame);
            Assert.That(Text(decoded), Is.EqualTo(Text(message)), $"seed {seed}");
            Assert.That(RandomMessages.Encode(decoded), Is.EqualTo(frame), $"seed {seed}");
            Assert.That(frame[0], Is.EqualTo((byte)kind));
        }
    }

    [TestCaseSource(nameof(Kinds))]
    public void A_frame_that_ends_early_is_refused(RaftMessageKind kind)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var frame = RandomMessages.Encode(new RandomMessages(seed).Next(kind));
            for (var length = 0; length < frame.Length; length++)
            {
                Assert.Throws<MessageFormatException>(() => Codec.Decode(frame.AsMemory(0, length)), $"seed {seed}, {length} of {frame.Length} bytes");
            }
        }
    }

    [TestCaseSource(nameof(Kinds))]
    public void Bytes_behind_a_message_are_refused(RaftMessageKind kind)
    {
        byte[] frame = [.. RandomMessages.Encode(new RandomMessages(1).Next(kind)), 0];
        var failure = Assert.Throws<MessageFormatException>(() => Codec.Decode(frame));
        Assert.That(failure!.Message, Is.EqualTo($"A {kind} is followed by bytes that do not belong to it."));
    }

    [Test]
    public void Whatever_the_bytes_nothing_else_is_thrown_and_little_memory_is_taken([Range(1, 8)] int seed)
    {
        const int Frames = 25_000;
        var random = new Random(seed);
        var originals = Enumerable.Range(0, 50).SelectMany(i => Kinds.Select(kind => RandomMessages.Encode(new RandomMessages(i).Next(kind)))).ToArray();
        var accepted = 0;
        for (var run = 0; run < Frames; run++)
        {
            var frame = random.Next(3) == 0 ? RandomFrame(random) : Mutated(random, originals[random.Next(originals.Length)]);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                Codec.Decode(frame);
                accepted++;
            }
            catch (MessageFormatException)
            {
            }
            catch (Exception exception)
            {
                Assert.Fail($"seed {seed}, run {run}: {exception.GetType().Name} for {Convert.ToHexString(frame)}");
            }

            // An exception with its trace and text takes a few thousand bytes, whatever the frame.
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.That(allocated, Is.LessThan(20_000 + (32L * frame.Length)), $"seed {seed}, run {run}: {Convert.ToHexString(frame)}");
        }

        Assert.That(accepted, Is.GreaterThan(Frames / 100), "some mutations are messages still, else this test would see little");
    }

    /// <summary>The worst that a sender can do with many bytes: claim, or send, as many elements as they can hold.</summary>
    [TestCase(RaftMessageKind.AppendRequest, "entries claimed")]
    [TestCase(RaftMessageKind.ForwardedProposals, "proposals claimed")]
    [TestCase(RaftMessageKind.ForwardRefused, "tickets claimed")]
    [TestCase(RaftMessageKind.ForwardedChange, "steps sent")]
    public void A_frame_full_of_small_elements_takes_a_small_multiple_of_its_length(RaftMessageKind kind, string what)
    {
        var frame = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(frame);
        writer.Write((byte)kind);
        writer.Write(1UL);
        var head = kind switch
        {
            RaftMessageKind.AppendRequest => 4,
            RaftMessageKind.ForwardedProposals => 3,
            RaftMessageKind.ForwardedChange => 2,
            _ => 1,
        };
        for (var field = 0; field < head; field++)
        {
            if (kind == RaftMessageKind.AppendRequest && field == 2)
            {
                writer.Write(new byte[Digest.Size]);
            }
            else
            {
                writer.Write(0);
            }
        }

        const int Elements = 60_000;
        writer.WriteArrayHeader(kind == RaftMessageKind.ForwardedChange ? Elements / 3 : Elements);
        for (var i = 0; i < Elements / 3; i++)
        {
            writer.Write((byte)MembershipStepKind.Remove);
            writer.Write(1);
            writer.Write(kind == RaftMessageKind.ForwardedChange ? "" : null);
        }

        writer.Flush();
        var bytes = frame.WrittenMemory.ToArray();
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            Codec.Decode(bytes);
        }
        catch (MessageFormatException)
        {
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(32L * bytes.Length), what);
    }

    /// <summary>Payloads refer to the frame: the host keeps it until the turn is over.</summary>
    [Test]
    public void Payloads_are_not_copied()
    {
        var frame = RandomMessages.Encode(new AppendRequest(new Term(1), LogPosition.Origin, default, new[] { new LogEntry(new LogIndex(1), new Term(1), EntryKind.Command, default, new byte[100], default) }));
        var entry = ((AppendRequest)Codec.Decode(frame)).Entries.Span[0];
        Assert.That(MemoryMarshal.TryGetArray(entry.Payload, out var segment) && ReferenceEquals(segment.Array, frame));
    }

    /// <summary>The array that the entries lie in serves further messages; what it held would keep frames alive.</summary>
    [Test]
    public void The_memory_of_entries_is_given_back_empty_and_that_of_a_log_is_not()
    {
        LogEntry[] log = [new LogEntry(new LogIndex(1), new Term(1), EntryKind.Command, default, new byte[100], default)];
        var sent = new AppendRequest(new Term(1), LogPosition.Origin, default, log);
        var received = (AppendRequest)Codec.Decode(RandomMessages.Encode(sent));
        var entries = received.Entries;

        sent.Release();
        received.Release();
        Assert.That(entries.Span[0], Is.Default);
        Assert.That(log[0].Index, Is.EqualTo(new LogIndex(1)));

        var next = (AppendRequest)Codec.Decode(RandomMessages.Encode(sent));
        Assert.That(MemoryMarshal.TryGetArray(entries, out var before) && MemoryMarshal.TryGetArray(next.Entries, out var after) && ReferenceEquals(before.Array, after.Array));

        // Once more would give it to two messages.
        received.Release();
        Assert.That(next.Entries.Span[0].Index, Is.EqualTo(new LogIndex(1)));
    }

    [TestCase(0)]
    [TestCase(24)]
    [TestCase(127)]
    public void An_unknown_kind_is_named(byte kind) =>
        Assert.That(Assert.Throws<MessageFormatException>(() => Codec.Decode(new byte[] { kind, 1 }))!.Message, Is.EqualTo($"Raft has no message of kind {kind}."));

    [TestCase(EntryKind.Block)]
    [TestCase(EntryKind.Epoch)]
    [TestCase((EntryKind)6)]
    public void An_entry_of_a_kind_that_Raft_does_not_have_is_refused(EntryKind kind)
    {
        LogEntry[] entries = [new LogEntry(new LogIndex(1), new Term(1), EntryKind.Command, default, default, default), new LogEntry(new LogIndex(2), new Term(1), kind, default, default, default)];
        var frame = RandomMessages.Encode(new AppendRequest(new Term(1), LogPosition.Origin, default, entries));
        var failure = Assert.Throws<MessageFormatException>(() => Codec.Decode(frame));
        Assert.That(failure!.Message, Is.EqualTo($"Entry 2 is of kind {(byte)kind}; Raft's entries are of the kinds 0 to 2 and 4, for it orders no blocks."));
    }

    [Test]
    public void A_message_of_another_engine_is_not_encoded() =>
        Assert.Throws<ArgumentException>(() => Codec.Encode(new Foreign(), new ArrayBufferWriter<byte>()));

    [Test]
    public void Every_message_has_a_kind_a_wire_form_and_a_line_in_the_readme()
    {
        var types = typeof(IRaftMessage).Assembly.GetTypes().Where(type => type.IsClass && type.IsAssignableTo(typeof(IRaftMessage))).ToArray();
        Assert.That(types.Select(type => type.Name), Is.EquivalentTo(Enum.GetNames<RaftMessageKind>()));

        var table = File.ReadAllLines(Path.Combine(TestContext.CurrentContext.TestDirectory, "Messages", "README.md"))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Where(cells => cells.Length == 6 && int.TryParse(cells[1], out _))
            .ToDictionary(cells => cells[2], cells => (Kind: int.Parse(cells[1]), IsPromise: cells[4].StartsWith("yes", StringComparison.Ordinal)), StringComparer.Ordinal);
        Assert.That(table.Keys, Is.EquivalentTo(types.Select(type => type.Name)));
        foreach (var type in types)
        {
            var kind = Enum.Parse<RaftMessageKind>(type.Name);
            Assert.That(table[type.Name], Is.EqualTo(((int)kind, type.IsAssignableTo(typeof(PromiseMessage)))), type.Name);
            var message = new RandomMessages(1).Next(kind);
            Assert.That(message, Is.TypeOf(type));
            Assert.That(Codec.Decode(RandomMessages.Encode(message)), Is.TypeOf(type));
            Assert.That(type, Has.Property(nameof(Type.IsSealed)).True);
        }
    }

    private static byte[] RandomFrame(Random random)
    {
        var frame = new byte[random.Next(80)];
        random.NextBytes(frame);
        if (frame.Length > 1)
        {
            (frame[0], frame[1]) = ((byte)random.Next(25), (byte)random.Next(128));
        }

        return frame;
    }

    private static byte[] Mutated(Random random, byte[] original)
    {
        var frame = original.ToList();
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            var at = random.Next(frame.Count);
            switch (random.Next(5))
            {
                case 0:
                    frame[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    frame[at] = (byte)random.Next(256);
                    break;
                case 2:
                    frame.Insert(at, (byte)random.Next(256));
                    break;
                case 3 when frame.Count > 1:
                    frame.RemoveAt(at);
                    break;
                default:
                    // A header that claims a length: arrays, strings and bytes of 16 and 32 bits.
                    byte[] header = [LongHeaders[random.Next(LongHeaders.Length)], (byte)random.Next(256), 0xff, 0xff, 0xff];
                    frame.InsertRange(at, header);
                    break;
            }
        }

        return [.. frame];
    }

    /// <summary>All of a message's fields, contents of arrays included: records compare memory by its place.</summary>
    private static string Text(object? value) => value switch
    {
        null => "null",
        string text => $"'{text}'",
        ReadOnlyMemory<byte> bytes => Convert.ToHexString(bytes.Span),
        ReadOnlyMemory<LogEntry> entries => Text(entries.ToArray()),
        ReadOnlyMemory<Proposal> proposals => Text(proposals.ToArray()),
        ReadOnlyMemory<Ticket> tickets => Text(tickets.ToArray()),
        IEnumerable items => $"[{string.Join(", ", items.Cast<object>().Select(Text))}]",
        Digest digest => digest.ToString(),
        _ when value.GetType().IsPrimitive || value is Enum => $"{value}",
        _ => $"{value.GetType().Name}({string.Join(", ", value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanRead && property.GetIndexParameters().Length == 0 && property.PropertyType != value.GetType()).Select(property => $"{property.Name}={Text(property.GetValue(value))}"))})",
    };

    private sealed record Foreign : ProtocolMessage;
}
