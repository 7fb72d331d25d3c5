using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using Consensus.Gossip.Dissemination;
using Consensus.Gossip.Messages;
using Consensus.Gossip.Repair;

namespace Consensus.Gossip.Tests.Dissemination;

/// <summary>The wire form of what the dissemination core says.</summary>
internal sealed class DisseminationWireTests
{
    private static readonly GossipMessageKind[] Kinds = [GossipMessageKind.RumourCall, GossipMessageKind.RumourAnswer, GossipMessageKind.RumourDelivery, GossipMessageKind.RumourSummary, GossipMessageKind.RumourDigest];

    [TestCaseSource(nameof(Kinds))]
    public void A_message_comes_back_as_it_was_and_has_one_form(object kind)
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var message = Next(new Random(seed), (GossipMessageKind)kind);
            var frame = Encode(message);
            var decoded = GossipCodec.Decode(frame);
            Assert.That((frame[0], decoded.Kind, decoded.GetType()), Is.EqualTo(((byte)(GossipMessageKind)kind, (GossipMessageKind)kind, message.GetType())));
            Assert.That(Encode(decoded), Is.EqualTo(frame), $"seed {seed}");
        }
    }

    [TestCaseSource(nameof(Kinds))]
    public void A_frame_that_ends_early_or_goes_on_is_refused(object kind)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var frame = Encode(Next(new Random(seed), (GossipMessageKind)kind));
            for (var length = 0; length < frame.Length; length++)
            {
                Assert.That(() => GossipCodec.Decode(frame.AsMemory(0, length)), Throws.TypeOf<MessageFormatException>(), $"seed {seed}");
            }

            Assert.That(() => GossipCodec.Decode((byte[])[.. frame, 0]), Throws.TypeOf<MessageFormatException>(), $"seed {seed}");
        }
    }

    [Test]
    public void Whatever_the_bytes_nothing_else_is_thrown_and_what_is_accepted_comes_back_as_it_was([Range(1, 2)] int seed)
    {
        var random = new Random(seed);
        var accepted = 0;
        for (var run = 0; run < 20_000; run++)
        {
            var frame = Encode(Next(random, Kinds[random.Next(Kinds.Length)]));
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                frame[random.Next(frame.Length)] = (byte)random.Next(256);
            }

            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                var decoded = GossipCodec.Decode(frame);
                Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(20_000 + (64L * frame.Length)));
                var again = Encode(decoded);
                Assert.That(Encode(GossipCodec.Decode(again)), Is.EqualTo(again));
                accepted++;
            }
            catch (MessageFormatException)
            {
            }
        }

        Assert.That(accepted, Is.Positive);
    }

    [TestCase("22 91 c4 0f 000102030405060708090a0b0c0d0e 01 01 a1 78 00 01 00 01 c4 01 78 00 00 00 00 00 00", "A rumour's id has 15 bytes; allowed: 16.")]
    [TestCase("22 91 c4 10 000102030405060708090a0b0c0d0e0f 01 01 a1 20 00 01 00 01 c4 01 78", "A rumour's kind has 1 characters; allowed: 1 to 64 letters, digits, '-', '.' and '_'.")]
    [TestCase("22 91 c4 10 000102030405060708090a0b0c0d0e0f 01 01 a1 78 09 01 00 01 c4 01 78", "A rumour's priority is 9; allowed: 0 to 2.")]
    [TestCase("22 91 c4 10 000102030405060708090a0b0c0d0e0f 01 01 a1 78 01 01 00 00 c4 01 78", "A rumour of 0 bytes has 1 packed ones; allowed: no more.")]
    [TestCase("23 02 01 00 00 00 00", "A time ends 1 ms after 1970 and begins 2 ms after; allowed: not before it begins.")]
    [TestCase("23 01 02 ff 00 00 00", "A number of rumours is -1; allowed: 0 or more.")]
    [TestCase("24 01 02 01 00 00 00 c4 01 ff c2", "A Bloom digest has 0 bits for each rumour; allowed: 1 to 16.")]
    public void What_no_node_says_is_refused_with_what_is_allowed(string bytes, string expected) =>
        Assert.That(() => GossipCodec.Decode(Convert.FromHexString(bytes.Replace(" ", "", StringComparison.Ordinal))), Throws.TypeOf<MessageFormatException>().With.Message.EqualTo(expected));

    private static byte[] Encode(GossipMessage message)
    {
        var frame = new ArrayBufferWriter<byte>();
        GossipCodec.Encode(message, frame);
        return frame.WrittenSpan.ToArray();
    }

    private static GossipMessage Next(Random random, GossipMessageKind kind) => kind switch
    {
        GossipMessageKind.RumourCall => new RumourCall((ushort)random.Next(ushort.MaxValue), random.Next(2) == 0, NextRumours(random), NextIds(random)),
        GossipMessageKind.RumourAnswer => new RumourAnswer((ushort)random.Next(ushort.MaxValue), [.. NextBytes(random, random.Next(8))], NextIds(random), NextRumours(random)),
        GossipMessageKind.RumourDelivery => new RumourDelivery(NextRumours(random)),
        GossipMessageKind.RumourSummary => new RumourSummary(NextWindow(random), random.Next(), NextSalt(random), (ulong)random.NextInt64()),
        GossipMessageKind.RumourDigest => new RumourDigest(NextWindow(random), random.Next(1_000), BloomDigest.Of(NextIds(random), 0.01, NextSalt(random)), random.Next(2) == 0),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "a kind without a sample"),
    };

    private static ImmutableArray<Rumour> NextRumours(Random random) => [.. Enumerable.Range(0, random.Next(4)).Select(_ => NextRumour(random))];

    private static Rumour NextRumour(Random random) =>
        Rumour.Begin(new NodeId((uint)random.Next(1, 100)), (ulong)random.NextInt64(), $"kind-{random.Next(100)}", (RumourPriority)random.Next(3), new Timestamp(random.NextInt64(1L << 42)), Encoding.UTF8.GetBytes(new string('x', random.Next(300))), 64 + random.Next(500));

    private static ImmutableArray<RumourId> NextIds(Random random) => [.. Enumerable.Range(0, random.Next(6)).Select(_ => RumourId.Read(NextBytes(random, RumourId.Size)))];

    private static TimeWindow NextWindow(Random random)
    {
        var since = random.NextInt64(1L << 42);
        return new TimeWindow(new Timestamp(since), new Timestamp(since + random.Next(600_000)));
    }

    private static FingerprintSalt NextSalt(Random random) => new((ulong)random.NextInt64(), (ulong)random.NextInt64());

    private static byte[] NextBytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
