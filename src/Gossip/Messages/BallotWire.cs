using System.Collections.Immutable;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Serialization;

namespace Consensus.Gossip.Messages;

/// <summary>The wire form of what is said about ballots: the fields in their order.</summary>
internal static class BallotWire
{
    /// <summary>How many votes a message has at most: each is checked before anything else happens at the receiver.</summary>
    public const int VotesMax = 32;

    /// <summary>How many votes fit into a datagram, with the ballot's id.</summary>
    public const int VotesMaxInDatagram = 16;

    private const int VoteBytesMin = Signature.Size + 4;
    private const int VoterBytesMin = PublicKey.Size + 3;
    private const int BitsBytesMax = Ballot.VotersMax / 8;

    public static bool TryWrite(ref MessagePackWriter writer, GossipMessage message)
    {
        switch (message)
        {
            case BallotDigest m:
                WireFields.WriteDigest(ref writer, m.Ballot);
                writer.Write(m.For.AsSpan());
                writer.Write(m.Against.AsSpan());
                writer.Write(m.IsAnswer);
                break;
            case BallotVotes m:
                WireFields.WriteDigest(ref writer, m.Ballot);
                WriteVotes(ref writer, m.Votes);
                break;
            case BallotRequest m:
                WireFields.WriteDigest(ref writer, m.Ballot);
                break;
            case BallotAnnouncement m:
                WriteBallot(ref writer, m.Ballot);
                break;
            default:
                return false;
        }

        return true;
    }

    /// <returns>The message; <see langword="null"/> if the kind is none of this core's.</returns>
    public static GossipMessage? Read(GossipMessageKind kind, ref MessagePackReader reader) => kind switch
    {
        GossipMessageKind.BallotDigest => new BallotDigest(WireFields.ReadDigest(ref reader), ReadBits(ref reader), ReadBits(ref reader), reader.ReadBoolean()),
        GossipMessageKind.BallotVotes => new BallotVotes(WireFields.ReadDigest(ref reader), ReadVotes(ref reader)),
        GossipMessageKind.BallotRequest => new BallotRequest(WireFields.ReadDigest(ref reader)),
        GossipMessageKind.BallotAnnouncement => new BallotAnnouncement(ReadBallot(ref reader)),
        _ => null,
    };

    /// <summary>Writes a ballot.</summary>
    public static void WriteBallot(ref MessagePackWriter writer, Ballot ballot)
    {
        WireFields.WriteDigest(ref writer, ballot.Id);
        writer.Write(ballot.Maker.Value);
        writer.Write(ballot.OpensAt.UnixMilliseconds);
        writer.Write(ballot.ClosesAt.UnixMilliseconds);
        writer.Write(ballot.Question.Span);
        writer.WriteArrayHeader(ballot.Voters.Length);
        Span<byte> key = stackalloc byte[PublicKey.Size];
        foreach (var voter in ballot.Voters)
        {
            writer.Write(voter.Id.Value);
            voter.Key.CopyTo(key);
            writer.Write(key);
        }

        WireFields.WriteSignature(ref writer, ballot.Signature);
    }

    /// <summary>Reads a ballot, in memory of its own.</summary>
    /// <exception cref="MessageFormatException">The bytes are none, or not as one may be.</exception>
    public static Ballot ReadBallot(ref MessagePackReader reader)
    {
        var id = WireFields.ReadDigest(ref reader);
        var maker = new NodeId(reader.ReadUInt32());
        var opensAt = new Timestamp(reader.ReadInt64());
        var closesAt = new Timestamp(reader.ReadInt64());
        var question = WireFields.ReadBytes(ref reader).ToArray();
        var count = WireFields.ReadCount(ref reader, VoterBytesMin);
        var voters = ImmutableArray.CreateBuilder<BallotVoter>(count);
        for (var i = 0; i < count; i++)
        {
            var voter = new NodeId(reader.ReadUInt32());
            var key = WireFields.ReadBytes(ref reader);
            voters.Add(key.Length == PublicKey.Size ? new BallotVoter(voter, new PublicKey(key.Span)) : throw new MessageFormatException($"A voter's key has {key.Length} bytes; allowed: {PublicKey.Size}."));
        }

        var ballot = new Ballot(id, maker, opensAt, closesAt, question, voters.MoveToImmutable(), WireFields.ReadSignature(ref reader));
        return ballot.Defect is { } defect ? throw new MessageFormatException($"A ballot is not as it may be. {defect}") : ballot;
    }

    private static void WriteVotes(ref MessagePackWriter writer, ImmutableArray<BallotVote> votes)
    {
        writer.WriteArrayHeader(votes.Length);
        foreach (var vote in votes)
        {
            writer.Write((2 * vote.Voter) + (vote.IsFor ? 1 : 0));
            WireFields.WriteSignature(ref writer, vote.Signature);
        }
    }

    private static ImmutableArray<BallotVote> ReadVotes(ref MessagePackReader reader)
    {
        var count = WireFields.ReadCount(ref reader, VoteBytesMin - 1);
        if (count > VotesMax)
        {
            throw new MessageFormatException($"A message has {count} votes; allowed: up to {VotesMax}.");
        }

        var votes = ImmutableArray.CreateBuilder<BallotVote>(count);
        for (var i = 0; i < count; i++)
        {
            var place = reader.ReadInt32();
            votes.Add(place >= 0 && place < 2 * Ballot.VotersMax
                ? new BallotVote(place >> 1, (place & 1) == 1, WireFields.ReadSignature(ref reader))
                : throw new MessageFormatException($"A vote is the vote {place & 1} of the voter at {place >> 1}; allowed: 0 to {Ballot.VotersMax - 1}."));
        }

        return votes.MoveToImmutable();
    }

    private static ImmutableArray<byte> ReadBits(ref MessagePackReader reader)
    {
        var bits = WireFields.ReadBytes(ref reader);
        return bits.Length <= BitsBytesMax ? [.. bits.Span] : throw new MessageFormatException($"Votes of {8 * bits.Length} voters are told; allowed: up to {Ballot.VotersMax}.");
    }
}
