using System.Buffers.Binary;

namespace Consensus.Cryptography;

/// <summary>What a signature says. The signed bytes are a function of all fields, and no two statements share them.</summary>
/// <remarks>
/// <para>Signed bytes, big-endian, each field at its fixed place:</para>
/// <code>
/// offset  0  tag "consensus-stmt-1"   16      this library, statements, format 1
///        16  cluster                  16      domain
///        32  epoch                     8
///        40  epoch id                 32
///        72  kind                      1
///        73  view                      8
///        81  sequence                  8
///        89  hash                     32
/// </code>
/// <para>The tag sets statements apart from whatever else a key may sign. Immutable and safe to share between threads.</para>
/// </remarks>
/// <param name="Domain">Where it is valid.</param>
/// <param name="Kind">What it is about.</param>
/// <param name="View">The view; zero where the kind has none.</param>
/// <param name="Sequence">The sequence number or height; zero where the kind has none.</param>
/// <param name="Hash">The digest of what is stated: a batch, a block, a state.</param>
public readonly record struct Statement(SigningDomain Domain, StatementKind Kind, ViewNumber View, SequenceNumber Sequence, Digest Hash)
{
    /// <summary>How many bytes are signed.</summary>
    public const int SignedSize = TagSize + FieldsSize;

    internal const int FieldsSize = ClusterId.Size + sizeof(ulong) + Digest.Size + sizeof(byte) + sizeof(ulong) + sizeof(ulong) + Digest.Size;

    private const int TagSize = 16;

    private static ReadOnlySpan<byte> Tag => "consensus-stmt-1"u8;

    /// <summary>Signs the statement.</summary>
    public Signature Sign(ISigner signer)
    {
        Span<byte> bytes = stackalloc byte[SignedSize];
        CopyTo(bytes);
        return signer.Sign(bytes);
    }

    /// <summary>Whether the owner of <paramref name="key"/> signed the statement.</summary>
    public bool Verify(ISignatureVerifier verifier, in PublicKey key, in Signature signature)
    {
        Span<byte> bytes = stackalloc byte[SignedSize];
        CopyTo(bytes);
        return verifier.Verify(key, bytes, signature);
    }

    /// <summary>The identity of the statement: the BLAKE3 digest of its signed bytes.</summary>
    public Digest ComputeDigest()
    {
        Span<byte> bytes = stackalloc byte[SignedSize];
        CopyTo(bytes);
        return Blake3.Hash(bytes);
    }

    /// <summary>Writes the bytes that are signed.</summary>
    /// <param name="destination">At least <see cref="SignedSize"/> bytes.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public void CopyTo(Span<byte> destination)
    {
        if (destination.Length < SignedSize)
        {
            throw new ArgumentException($"A statement has {SignedSize} bytes; the destination has {destination.Length}.", nameof(destination));
        }

        Tag.CopyTo(destination);
        CopyFieldsTo(destination[TagSize..]);
    }

    /// <summary>Writes the <see cref="FieldsSize"/> bytes that follow the tag.</summary>
    internal void CopyFieldsTo(Span<byte> destination)
    {
        Domain.Cluster.CopyTo(destination);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], Domain.Epoch.Value);
        Domain.EpochId.CopyTo(destination[24..]);
        destination[56] = (byte)Kind;
        BinaryPrimitives.WriteUInt64BigEndian(destination[57..], View.Value);
        BinaryPrimitives.WriteUInt64BigEndian(destination[65..], Sequence.Value);
        Hash.CopyTo(destination[73..]);
    }

    /// <summary>Reads what <see cref="CopyFieldsTo"/> wrote; every 105 bytes are some statement, whose kind may be unknown.</summary>
    internal static Statement FromFields(ReadOnlySpan<byte> fields) => new(
        new SigningDomain(
            ClusterId.FromBytes(fields[..16]),
            new Epoch(BinaryPrimitives.ReadUInt64BigEndian(fields[16..])),
            new Digest(fields.Slice(24, Digest.Size))),
        (StatementKind)fields[56],
        new ViewNumber(BinaryPrimitives.ReadUInt64BigEndian(fields[57..])),
        new SequenceNumber(BinaryPrimitives.ReadUInt64BigEndian(fields[65..])),
        new Digest(fields.Slice(73, Digest.Size)));
}
