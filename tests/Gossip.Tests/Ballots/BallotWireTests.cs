using System.Buffers;
using System.Collections.Immutable;
using Consensus.Cryptography;
using Consensus.Gossip.Messages;

namespace Consensus.Gossip.Tests.Ballots;

/// <summary>The wire form of what is said about ballots.</summary>
internal sealed class BallotWireTests
{
    private static readonly BallotSwarm Swarm = new(9, 20);
    private static readonly GossipMessageKind[] Kinds = [GossipMessageKind.BallotDigest, GossipMessageKind.BallotVotes, GossipMessageKind.BallotRequest, GossipMessageKind.BallotAnnouncement];

    [TestCaseSource(nameof(Kinds))]
    public void A_message_comes_back_as_it_was_and_has_one_form(object kind)
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var message = Next(new Random(seed), (GossipMessageKind)kind);
            var frame = Encode(message);
            var decoded = GossipCodec.Decode(frame);
            Assert.That((frame[0], decoded.Kind, decoded.GetType()), Is.EqualTo(((byte)(GossipMessageKind)kind, (GossipMessageKind)kind, message.GetType())));
            Assert.That(Encode(decoded), Is.EqualTo(frame), $"seed {seed}");
            for (var length = 0; length < frame.Length; length += 1 + (frame.Length / 50))
            {
                Assert.That(() => GossipCodec.Decode(frame.AsMemory(0, length)), Throws.TypeOf<MessageFormatException>(), $"seed {seed}");
            }

            Assert.That(() => GossipCodec.Decode((byte[])[.. frame, 0]), Throws.TypeOf<MessageFormatException>(), $"seed {seed}");
        }
    }

    [Test]
    public void A_ballot_that_comes_back_is_as_its_maker_made_it()
    {
        var ballot = Swarm.Make("What now?", maker: 4);
        var read = ((BallotAnnouncement)GossipCodec.Decode(Encode(new BallotAnnouncement(ballot)))).Ballot;
        Assert.That(read.IsGenuine(Swarm.Swarm, Swarm.Registry.PublicKeyOf(new NodeId(4)), Swarm.Registry), Is.True);
        Assert.That(read.IsGenuine(Swarm.Swarm, Swarm.Registry.PublicKeyOf(new NodeId(5)), Swarm.Registry), Is.False);
        Assert.That((read.Id, read.Maker, read.OpensAt, read.ClosesAt, read.Question.ToArray(), read.Voters), Is.EqualTo((ballot.Id, ballot.Maker, ballot.OpensAt, ballot.ClosesAt, ballot.Question.ToArray(), ballot.Voters)));
    }

    [Test]
    public void The_longest_digest_and_sixteen_votes_fit_into_a_datagram()
    {
        ImmutableArray<byte> bits = [.. new byte[Ballot.VotersMax / 8]];
        Assert.That(Encode(new BallotDigest(default, bits, bits, IsAnswer: true)), Has.Length.LessThanOrEqualTo(GossipLimits.DatagramBytesMax));
        var vote = new BallotVote(Ballot.VotersMax - 1, true, new Signature(Enumerable.Repeat((byte)255, Signature.Size).ToArray()));
        Assert.That(Encode(new BallotVotes(default, [.. Enumerable.Repeat(vote, BallotWire.VotesMaxInDatagram)])), Has.Length.LessThanOrEqualTo(GossipLimits.DatagramBytesMax));
    }

    [Test]
    public void Whatever_the_bytes_nothing_else_is_thrown_and_what_is_accepted_comes_back_as_it_was([Range(1, 2)] int seed)
    {
        var random = new Random(seed);
        var accepted = 0;
        for (var run = 0; run < 10_000; run++)
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

    private static byte[] Encode(GossipMessage message)
    {
        var frame = new ArrayBufferWriter<byte>();
        GossipCodec.Encode(message, frame);
        return frame.WrittenSpan.ToArray();
    }

    private static GossipMessage Next(Random random, GossipMessageKind kind) => kind switch
    {
        GossipMessageKind.BallotDigest => new BallotDigest(NextDigest(random), [.. NextBytes(random, random.Next(40))], [.. NextBytes(random, random.Next(40))], random.Next(2) == 0),
        GossipMessageKind.BallotVotes => new BallotVotes(NextDigest(random), [.. Enumerable.Range(0, random.Next(BallotWire.VotesMax + 1)).Select(_ => new BallotVote(random.Next(Ballot.VotersMax), random.Next(2) == 0, new Signature(NextBytes(random, Signature.Size))))]),
        GossipMessageKind.BallotRequest => new BallotRequest(NextDigest(random)),
        GossipMessageKind.BallotAnnouncement => new BallotAnnouncement(Swarm.Make(new string('?', random.Next(100)), TimeSpan.FromSeconds(1 + random.Next(100)), voters: Swarm.Voters(1 + (uint)random.Next(20)))),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "a kind without a sample"),
    };

    private static Digest NextDigest(Random random) => new(NextBytes(random, Digest.Size));

    private static byte[] NextBytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
