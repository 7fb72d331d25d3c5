using System.Buffers.Binary;
using System.Collections.Immutable;
using Consensus.Cryptography;

namespace Consensus.Gossip;

/// <summary>A question that some members of a swarm answer with yes or no, once and signed, so that all of the swarm can tell what was decided. Immutable.</summary>
/// <remarks>
/// <para>Who votes is part of the ballot, with keys, and so is the size of a quorum: nothing follows from who happens to be in the swarm.</para>
/// <para>The id is keyed BLAKE3 over, big-endian, each field at its fixed place:</para>
/// <code>
/// swarm 16, maker 4, opens 8, closes 8, BLAKE3 hash of the question 32, BLAKE3 hash of the voters 32 (each 4 and its key 32, in the order of their numbers)
/// </code>
/// <para>The maker signs <c>"consensus-ballot"</c>, the swarm and the id; a voter <c>"consensus-vote-1"</c>, the swarm, the id, and 1 for yes or 0 for no: valid in no other swarm, in no other ballot, and for nothing else that is signed with that key.</para>
/// </remarks>
public sealed class Ballot
{
    /// <summary>How long a question may be, in bytes.</summary>
    public const int QuestionBytesMax = 4_096;

    /// <summary>How many may vote. For more, let a committee vote (<see cref="Committee"/>).</summary>
    public const int VotersMax = 4_096;

    private const int TagSize = 16;
    private const int HashedSize = ClusterId.Size + sizeof(uint) + (2 * sizeof(long)) + (2 * Digest.Size);
    private const int SignedSize = TagSize + ClusterId.Size + Digest.Size;
    private const int VoterSize = sizeof(uint) + PublicKey.Size;

    private static readonly byte[] IdKey = KeyFor("Consensus.Framework swarm ballot v1"u8);

    internal Ballot(in Digest id, NodeId maker, Timestamp opensAt, Timestamp closesAt, ReadOnlyMemory<byte> question, ImmutableArray<BallotVoter> voters, in Signature signature) =>
        (Id, Maker, OpensAt, ClosesAt, Question, Voters, Signature) = (id, maker, opensAt, closesAt, question, voters, signature);

    /// <summary>What stands for all of it.</summary>
    public Digest Id { get; }

    /// <summary>Who asks.</summary>
    public NodeId Maker { get; }

    /// <summary>When it was asked, by the maker's clock.</summary>
    public Timestamp OpensAt { get; }

    /// <summary>When it is over, whatever was said by then.</summary>
    public Timestamp ClosesAt { get; }

    /// <summary>What is asked, for the application to read.</summary>
    public ReadOnlyMemory<byte> Question { get; }

    /// <summary>Who votes, in the order of their numbers.</summary>
    public ImmutableArray<BallotVoter> Voters { get; }

    /// <summary>The maker's.</summary>
    public Signature Signature { get; }

    /// <summary>How many equal votes decide: ⌈(n + f + 1) / 2⌉ of n voters.</summary>
    public int Quorum => ByzantineQuorum.Size(Voters.Length);

    /// <summary>How many voters may lie, f = ⌊(n − 1) / 3⌋, without anybody being deceived.</summary>
    public int FaultsMax => ByzantineQuorum.FaultsMax(Voters.Length);

    /// <summary>Asks a question.</summary>
    /// <param name="swarm">Whom.</param>
    /// <param name="maker">Who asks.</param>
    /// <param name="question">What; copied. Up to <see cref="QuestionBytesMax"/>.</param>
    /// <param name="voters">Who votes: 1 to <see cref="VotersMax"/>, each once, in any order.</param>
    /// <param name="opensAt">When.</param>
    /// <param name="closesAt">When it is over: later.</param>
    /// <param name="signer">The maker's.</param>
    /// <exception cref="ArgumentException">One of these is not as it may be.</exception>
    public static Ballot Make(ClusterId swarm, NodeId maker, ReadOnlySpan<byte> question, IEnumerable<BallotVoter> voters, Timestamp opensAt, Timestamp closesAt, ISigner signer)
    {
        ArgumentNullException.ThrowIfNull(signer);
        var draft = new Ballot(default, maker, opensAt, closesAt, question.ToArray(), [.. voters.OrderBy(static voter => voter.Id)], default);
        if (draft.Defect is { } defect)
        {
            throw new ArgumentException(defect, nameof(voters));
        }

        var id = draft.ComputeId(swarm);
        Span<byte> signed = stackalloc byte[SignedSize];
        WriteSigned("consensus-ballot"u8, swarm, id, signed);
        return new Ballot(id, maker, opensAt, closesAt, draft.Question, draft.Voters, signer.Sign(signed));
    }

    /// <summary>Signs a vote. Whoever signs both values lies, and everybody can prove it.</summary>
    public Signature Sign(ClusterId swarm, bool isFor, ISigner signer)
    {
        Span<byte> signed = stackalloc byte[SignedSize + 1];
        WriteVote(swarm, isFor, signed);
        return signer.Sign(signed);
    }

    /// <summary>Whether a voter has signed a vote.</summary>
    public bool Verify(ClusterId swarm, in BallotVote vote, ISignatureVerifier verifier)
    {
        if (vote.Voter < 0 || vote.Voter >= Voters.Length)
        {
            return false;
        }

        Span<byte> signed = stackalloc byte[SignedSize + 1];
        WriteVote(swarm, vote.IsFor, signed);
        return verifier.Verify(Voters[vote.Voter].Key, signed, vote.Signature);
    }

    /// <summary>Where a member stands among the voters; -1 if it does not vote.</summary>
    public int PlaceOf(NodeId voter)
    {
        var (from, to) = (0, Voters.Length - 1);
        while (from <= to)
        {
            var middle = (from + to) / 2;
            switch (Voters[middle].Id.CompareTo(voter))
            {
                case 0:
                    return middle;
                case < 0:
                    from = middle + 1;
                    break;
                default:
                    to = middle - 1;
                    break;
            }
        }

        return -1;
    }

    /// <summary>Whether it is as its maker made it, and may be.</summary>
    public bool IsGenuine(ClusterId swarm, in PublicKey makersKey, ISignatureVerifier verifier)
    {
        if (Defect is not null || Id != ComputeId(swarm))
        {
            return false;
        }

        Span<byte> signed = stackalloc byte[SignedSize];
        WriteSigned("consensus-ballot"u8, swarm, Id, signed);
        return verifier.Verify(makersKey, signed, Signature);
    }

    /// <summary>What is not as it may be; <see langword="null"/> for nothing.</summary>
    internal string? Defect =>
        Question.Length > QuestionBytesMax ? $"The question has {Question.Length:N0} bytes; allowed: up to {QuestionBytesMax:N0}."
        : Voters.Length is 0 or > VotersMax ? $"{Voters.Length:N0} may vote; allowed: 1 to {VotersMax:N0}."
        : ClosesAt <= OpensAt || OpensAt.UnixMilliseconds < 0 ? $"It opens {OpensAt.UnixMilliseconds} ms after 1970 and closes {ClosesAt.UnixMilliseconds} ms after; allowed: later."
        : !IsInOrder() ? "A voter is named twice, or not in the order of the numbers."
        : null;

    private static byte[] KeyFor(ReadOnlySpan<byte> purpose)
    {
        var key = new byte[Blake3.KeySize];
        Blake3.DeriveKey(purpose, [], key);
        return key;
    }

    private static void WriteSigned(ReadOnlySpan<byte> tag, ClusterId swarm, in Digest id, Span<byte> destination)
    {
        tag.CopyTo(destination);
        swarm.CopyTo(destination[TagSize..]);
        id.CopyTo(destination[(TagSize + ClusterId.Size)..]);
    }

    private void WriteVote(ClusterId swarm, bool isFor, Span<byte> destination)
    {
        WriteSigned("consensus-vote-1"u8, swarm, Id, destination);
        destination[SignedSize] = isFor ? (byte)1 : (byte)0;
    }

    private bool IsInOrder()
    {
        for (var i = 1; i < Voters.Length; i++)
        {
            if (Voters[i - 1].Id >= Voters[i].Id)
            {
                return false;
            }
        }

        return Voters[0].Id != NodeId.None;
    }

    private Digest ComputeId(ClusterId swarm)
    {
        var voters = new byte[VoterSize * Voters.Length];
        for (var i = 0; i < Voters.Length; i++)
        {
            var place = voters.AsSpan(VoterSize * i);
            BinaryPrimitives.WriteUInt32BigEndian(place, Voters[i].Id.Value);
            Voters[i].Key.CopyTo(place[sizeof(uint)..]);
        }

        Span<byte> bytes = stackalloc byte[HashedSize];
        swarm.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[16..], Maker.Value);
        BinaryPrimitives.WriteInt64BigEndian(bytes[20..], OpensAt.UnixMilliseconds);
        BinaryPrimitives.WriteInt64BigEndian(bytes[28..], ClosesAt.UnixMilliseconds);
        Blake3.Hash(Question.Span).CopyTo(bytes[36..]);
        Blake3.Hash(voters).CopyTo(bytes[68..]);
        return Blake3.KeyedHash(IdKey, bytes);
    }
}
