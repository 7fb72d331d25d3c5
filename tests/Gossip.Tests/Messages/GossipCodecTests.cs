using System.Buffers;
using System.Collections.Immutable;
using Consensus.Gossip.Membership;
using Consensus.Gossip.Messages;

namespace Consensus.Gossip.Tests.Messages;

/// <summary>The wire form of a swarm's messages.</summary>
internal sealed class GossipCodecTests
{
    private static IEnumerable<GossipMessageKind> Kinds => Enum.GetValues<GossipMessageKind>().Where(kind => kind is >= GossipMessageKind.Ping and <= GossipMessageKind.ShuffleAnswer);

    [TestCaseSource(nameof(Kinds))]
    public void A_message_comes_back_as_it_was_and_has_one_form(GossipMessageKind kind)
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var message = Next(new Random(seed), kind);
            var frame = Encode(message);
            var decoded = GossipCodec.Decode(frame);
            Assert.That(Text(decoded), Is.EqualTo(Text(message)), $"seed {seed}");
            Assert.That(Encode(decoded), Is.EqualTo(frame), $"seed {seed}");
            Assert.That((frame[0], decoded.Kind), Is.EqualTo(((byte)kind, kind)));
        }
    }

    [TestCaseSource(nameof(Kinds))]
    public void A_frame_that_ends_inside_a_field_is_refused(GossipMessageKind kind)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var message = Next(new Random(seed), kind);
            var frame = Encode(message);
            var shorter = 0;
            for (var length = 0; length < frame.Length; length++)
            {
                try
                {
                    // News goes on to the end: where a claim ends, a message may.
                    var decoded = GossipCodec.Decode(frame.AsMemory(0, length));
                    Assert.That(Encode(decoded), Is.EqualTo(frame[..length]));
                    shorter++;
                }
                catch (MessageFormatException)
                {
                }
            }

            Assert.That(shorter, Is.LessThanOrEqualTo(6), $"seed {seed}");
        }
    }

    [TestCase(GossipMessageKind.StreamPing)]
    [TestCase(GossipMessageKind.StateDigest)]
    [TestCase(GossipMessageKind.JoinRequest)]
    public void Bytes_behind_a_message_are_refused(GossipMessageKind kind)
    {
        byte[] frame = [.. Encode(Next(new Random(1), kind)), 0];
        Assert.That(() => GossipCodec.Decode(frame), Throws.TypeOf<MessageFormatException>().With.Message.EqualTo($"A {kind} is followed by bytes that do not belong to it."));
    }

    [Test]
    public void Whatever_the_bytes_nothing_else_is_thrown_and_what_is_accepted_comes_back_as_it_was([Range(1, 4)] int seed)
    {
        var random = new Random(seed);
        var kinds = Kinds.ToArray();
        var accepted = 0;
        for (var run = 0; run < 25_000; run++)
        {
            var frame = Encode(Next(random, kinds[random.Next(kinds.Length)]));
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

    [Test]
    public void An_idle_ping_and_its_answer_have_two_bytes() =>
        Assert.That((Encode(new Ping(127, [])).Length, Encode(new Ack(127, [])).Length), Is.EqualTo((2, 2)));

    [Test]
    public void The_length_of_a_claim_is_what_it_takes()
    {
        for (var seed = 0; seed < 2_000; seed++)
        {
            var claim = NextClaim(new Random(seed));
            Assert.That(MembershipWire.LengthOf(claim), Is.EqualTo(Encode(new MemberNews([claim])).Length - 1), $"{claim}");
        }
    }

    [TestCase(0, "Swarms have no message of kind 0.")]
    [TestCase(31, "Swarms have no message of kind 31.")]
    [TestCase(255, "Swarms have no message of kind 255.")]
    public void Another_kind_is_refused(int kind, string expected)
    {
        byte[] frame = kind < 128 ? [(byte)kind] : [0xcc, (byte)kind];
        Assert.That(() => GossipCodec.Decode(frame), Throws.TypeOf<MessageFormatException>().With.Message.EqualTo(expected));
    }

    [TestCase("10 cc 80", "A ping's number is 128; allowed: 0 to 127.")]
    [TestCase("16 04 05 01 00 a0", "A member's state is 4; allowed: 0 to 3.")]
    [TestCase("16 00 00 01 00 a0", "A member's number is 0; allowed: 1 or more.")]
    [TestCase("16 00 05 cf 80 00 00 00 00 00 00 00 00 a0", "A member's instance is 9223372036854775808; allowed: 0 to 9223372036854775807.")]
    [TestCase("16 00 05 01 00 c0", "A member's address is nil.")]
    [TestCase("16 01 05 01 00 a0 90", "A member has 0 accusers; allowed: 1 to 8.")]
    [TestCase("16 01 05 01 00 a0 92 03 03", "The accuser 3 comes behind 3; allowed: in growing order.")]
    [TestCase("1b 11 05 a0", "A walk has 17 steps left; allowed: 0 to 16.")]
    [TestCase("1c 06 05 a0", "A neighbour's word is 6; allowed: 0 to 5.")]
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
        GossipMessageKind.Ping => new Ping(NextNumber(random), NextNews(random)),
        GossipMessageKind.Ack => new Ack(NextNumber(random), NextNews(random)),
        GossipMessageKind.PingRequest => new PingRequest(NextNumber(random), NextId(random), NextNews(random)),
        GossipMessageKind.RelayedAck => new RelayedAck(NextNumber(random), NextId(random), NextNews(random)),
        GossipMessageKind.Nack => new Nack(NextNumber(random), NextId(random), NextNews(random)),
        GossipMessageKind.StreamPing => new StreamPing(NextNumber(random)),
        GossipMessageKind.MemberNews => new MemberNews(NextNews(random)),
        GossipMessageKind.JoinRequest => new JoinRequest(NextClaim(random)),
        GossipMessageKind.StateDigest => new StateDigest((ulong)random.NextInt64()),
        GossipMessageKind.StateExchange => new StateExchange(random.Next(2) == 0, NextNews(random)),
        GossipMessageKind.ViewJoin => new ViewJoin(NextPeer(random)),
        GossipMessageKind.ForwardJoin => new ForwardJoin((byte)random.Next(17), NextPeer(random)),
        GossipMessageKind.Neighbour => new Neighbour((NeighbourWord)random.Next(6), NextPeer(random)),
        GossipMessageKind.Shuffle => new Shuffle((byte)random.Next(17), NextPeer(random), [.. Enumerable.Range(0, random.Next(5)).Select(_ => NextPeer(random))]),
        GossipMessageKind.ShuffleAnswer => new ShuffleAnswer([.. Enumerable.Range(0, random.Next(5)).Select(_ => NextPeer(random))]),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "a kind without a sample"),
    };

    private static ViewPeer NextPeer(Random random) => new(NextId(random), new string('y', random.Next(40)));

    private static byte NextNumber(Random random) => (byte)random.Next(128);

    private static NodeId NextId(Random random) => new((uint)random.NextInt64(1, random.Next(2) == 0 ? 100 : uint.MaxValue));

    private static ImmutableArray<MemberClaim> NextNews(Random random) => [.. Enumerable.Range(0, random.Next(5)).Select(_ => NextClaim(random))];

    private static MemberClaim NextClaim(Random random)
    {
        var state = (SwarmMemberState)random.Next(4);
        ImmutableArray<NodeId> accusers = state is SwarmMemberState.Suspect or SwarmMemberState.Dead ? [.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => NextId(random)).Distinct().Order()] : [];
        var version = new MemberVersion((ulong)random.NextInt64(random.Next(2) == 0 ? 300 : long.MaxValue), (uint)random.Next(random.Next(2) == 0 ? 200 : int.MaxValue));
        var address = new string('ü', random.Next(3)) + new string('x', random.Next(random.Next(2) == 0 ? 30 : 200));
        return new MemberClaim(NextId(random), address, version, state, accusers, state is SwarmMemberState.Dead or SwarmMemberState.Left ? (uint)random.Next(100_000) : 0);
    }

    private static string Text(object? value) => value switch
    {
        null => "",
        ImmutableArray<MemberClaim> news => string.Join(';', news.Select(Text)),
        ImmutableArray<ViewPeer> peers => string.Join(';', peers),
        MemberClaim claim => $"{claim.Id} {claim.Address} {claim.Version} {claim.State} {string.Join(',', claim.Accusers)} {claim.Age}",
        GossipMessage message => message.GetType().Name + string.Join('|', message.GetType().GetProperties().Where(property => property.Name != "EqualityContract").Select(property => $"{property.Name}={Text(property.GetValue(message))}")),
        _ => value.ToString()!,
    };
}
