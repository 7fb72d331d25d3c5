using System.Buffers;
using System.Collections.Immutable;
using Consensus.Gossip.Messages;
using Consensus.Gossip.Repair;
using Consensus.Gossip.State;
using Consensus.Gossip.Tests.State;

namespace Consensus.Gossip.Tests.Repair;

/// <summary>The wire form of what the repair core says.</summary>
internal sealed class RepairWireTests
{
    private readonly SharedState _state = new(8);

    [Test]
    public void A_message_comes_back_as_it_was_has_one_form_and_is_no_longer_than_is_said()
    {
        for (var seed = 0; seed < 600; seed++)
        {
            var message = Next(new Random(seed));
            var frame = Encode(message);
            var decoded = GossipCodec.Decode(frame);
            Assert.That(Text(decoded), Is.EqualTo(Text(message)), $"seed {seed}");
            Assert.That(Encode(decoded), Is.EqualTo(frame), $"seed {seed}");
            Assert.That((frame[0], decoded.Kind), Is.EqualTo(((byte)message.Kind, message.Kind)));
            if (message is RepairStep step)
            {
                Assert.That(frame, Has.Length.LessThanOrEqualTo(RepairWire.LengthOf(step)));
            }
        }
    }

    [Test]
    public void The_longest_of_everything_is_no_longer_than_is_said()
    {
        var longest = KeyRange.All;
        while (longest.Depth < KeyRange.DepthMax)
        {
            longest = longest.Part(15);
        }

        ImmutableArray<ulong> numbers = [.. Enumerable.Repeat(ulong.MaxValue, RangeList.LinesMax)];
        var value = _state.Write(new string('k', 256), ulong.MaxValue, new string('x', 64 * 1024), time: new Timestamp(long.MaxValue));
        value = new VersionedValue(value.Key, value.Version, value.Time, new NodeId(uint.MaxValue), isTombstone: false, value.Content, value.Hash, value.Signature);
        var step = new RepairStep(uint.MaxValue, 255, ulong.MaxValue, [new RangeFingerprints(new KeyRange(longest.Start & ~15UL, 15), ushort.MaxValue, [.. Enumerable.Repeat(ulong.MaxValue, 16)])], [new RangeList(longest, [.. numbers.Select(number => new RangeLine(number, number, number))])], [new RangeWants(longest, numbers)], [value]);
        Assert.That(Encode(step), Has.Length.LessThanOrEqualTo(RepairWire.LengthOf(step)));
        Assert.That(Encode(new RepairDigest(uint.MaxValue, new FingerprintSalt(ulong.MaxValue, ulong.MaxValue), ulong.MaxValue, _state.StoreOf([_state.Write("a", 1, "x")]).Digest)), Has.Length.EqualTo(67));
    }

    [Test]
    public void A_frame_that_ends_early_or_goes_on_is_refused()
    {
        for (var seed = 0; seed < 30; seed++)
        {
            var frame = Encode(Next(new Random(seed)));
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
            var frame = Encode(Next(random));
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                frame[random.Next(frame.Length)] = (byte)random.Next(256);
            }

            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                var decoded = GossipCodec.Decode(frame);
                Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(20_000 + (64L * frame.Length)));
                Assert.That(Text(GossipCodec.Decode(Encode(decoded))), Is.EqualTo(Text(decoded)));
                accepted++;
            }
            catch (MessageFormatException)
            {
            }
        }

        Assert.That(accepted, Is.Positive);
    }

    [TestCase("31 01 01 c0 91 10 00 00 90 90 90", "A range has 16 digits; allowed: 0 to 15.")]
    [TestCase("31 01 01 c0 90 91 11 00 90 90 90", "A range has 17 digits; allowed: 0 to 16.")]
    [TestCase("31 01 01 c0 91 01 10 00 90 90 90", "The digits 10 are more than 1.")]
    [TestCase("31 01 01 c0 92 01 05 00 01 04 00 90 90 90", "The range 4* comes behind 5*; allowed: in growing order, and none that overlap.")]
    [TestCase("31 01 01 c0 90 92 01 05 90 02 50 90 90 90", "The range 50* comes behind 5*; allowed: in growing order, and none that overlap.")]
    [TestCase("31 01 01 c0 90 92 00 00 90 00 00 90 90 90", "The range * comes behind *; allowed: in growing order, and none that overlap.")]
    [TestCase("31 01 01 c0 90 91 00 00 dc 00 11 0000000000000000000000000000000000 90 90", "A range has 17 lines; allowed: 0 to 16.")]
    [TestCase("31 01 01 c0 90 90 91 00 00 90 90", "A range has 0 lines; allowed: 1 to 16.")]
    public void What_no_node_says_is_refused_with_what_is_allowed(string bytes, string expected) =>
        Assert.That(() => GossipCodec.Decode(Convert.FromHexString(bytes.Replace(" ", "", StringComparison.Ordinal))), Throws.TypeOf<MessageFormatException>().With.Message.EqualTo(expected));

    [Test]
    public void A_value_without_a_key_a_version_or_a_time_is_refused()
    {
        var value = _state.Write("a", 1, "x", time: new Timestamp(2));
        var frame = Encode(new RepairStep(1, 1, null, [], [], [], [value]));

        // The kind, the number, the turn, whether there is more, three empty lists and a list of one: then the key (c4 01 61), the version and the time.
        Assert.That(Convert.ToHexStringLower(frame[..13]), Is.EqualTo("310101c090909091c401610102"));
        Refused(With(11, 0), "A version is 0; allowed: 1 or more.");
        Refused(With(12, 0xff), "A value's time is -1; allowed: 0 or more.");
        Refused([.. frame[..8], 0xc4, 0, .. frame[11..]], "A key has 0 bytes; allowed: 1 to 1024.");

        byte[] With(int at, byte changed)
        {
            byte[] copy = [.. frame];
            copy[at] = changed;
            return copy;
        }

        static void Refused(byte[] changed, string expected) => Assert.That(() => GossipCodec.Decode(changed), Throws.TypeOf<MessageFormatException>().With.Message.EqualTo(expected));
    }

    private static byte[] Encode(GossipMessage message)
    {
        var frame = new ArrayBufferWriter<byte>();
        GossipCodec.Encode(message, frame);
        return frame.WrittenSpan.ToArray();
    }

    private static ImmutableArray<ulong> Numbers(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (ulong)random.NextInt64(random.Next(2) == 0 ? 300 : long.MaxValue))];

    private static IEnumerable<KeyRange> Ranges(Random random, int depthMax)
    {
        var ranges = new List<KeyRange>();
        for (var i = random.Next(5); i > 0; i--)
        {
            var range = KeyRange.All;
            for (var depth = random.Next(1, depthMax + 1); depth > 0; depth--)
            {
                range = range.Part(random.Next(KeyRange.Parts));
            }

            if (ranges.TrueForAll(other => other.Last < range.Start || other.Start > range.Last))
            {
                ranges.Add(range);
            }
        }

        return random.Next(10) == 0 ? [KeyRange.All] : ranges.OrderBy(range => range.Start);
    }

    private GossipMessage Next(Random random) => random.Next(6) switch
    {
        0 => new RepairDigest((uint)random.Next(), new FingerprintSalt((ulong)random.NextInt64(), (ulong)random.Next(200)), (ulong)random.NextInt64(), _state.StoreOf([_state.Write("a", 1, $"{random.Next()}")]).Digest),
        1 => new RepairBusy((uint)random.Next(random.Next(2) == 0 ? 100 : int.MaxValue)),
        _ => new RepairStep(
            (uint)random.Next(),
            (byte)random.Next(256),
            random.Next(2) == 0 ? null : (ulong)random.NextInt64(),
            [.. Ranges(random, 15).Select(range => NextFingerprints(random, range))],
            [.. Ranges(random, 16).Select(range => new RangeList(range, [.. Numbers(random, random.Next(17)).Select(number => new RangeLine(number, number / 3, ~number))]))],
            [.. Ranges(random, 16).Select(range => new RangeWants(range, Numbers(random, random.Next(1, 17))))],
            [.. Enumerable.Range(0, random.Next(4)).Select(_ => _state.Next(random, 1_000))]),
    };

    private static RangeFingerprints NextFingerprints(Random random, KeyRange range)
    {
        var present = (ushort)random.Next(ushort.MaxValue + 1);
        return new RangeFingerprints(range, present, Numbers(random, System.Numerics.BitOperations.PopCount(present)));
    }

    private static string Text(object? value) => value switch
    {
        null => "",
        VersionedValue of => $"{Convert.ToHexString(of.Key.Span)} {of.Version} {of.Time} {of.Origin} {of.IsTombstone} {Convert.ToHexString(of.Content.Span)} {of.Hash} {of.Signature}",
        string or ulong or uint or ushort or byte or int or bool or Digest or KeyRange or FingerprintSalt or RangeLine => value.ToString()!,
        System.Collections.IEnumerable items => string.Join(';', items.Cast<object>().Select(Text)),
        _ => value.GetType().Name + string.Join('|', value.GetType().GetProperties().Where(property => property.Name is not ("EqualityContract" or "IsLast")).Select(property => $"{property.Name}={Text(property.GetValue(value))}")),
    };
}
