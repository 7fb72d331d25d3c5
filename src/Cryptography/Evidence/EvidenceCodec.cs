using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Consensus.Serialization;

namespace Consensus.Cryptography;

/// <summary>The bytes of evidence. Canonical: there is one form for each evidence, and nothing else is accepted.</summary>
/// <remarks>
/// <para>Big-endian, all of fixed size:</para>
/// <code>
/// offset  0  cluster 16, epoch 8, epoch id 32, kind 1     57 bytes, what both statements share, as in the signed statement
///        57  signer                                        4
///        61  view 8, sequence 8, hash 32, signature 64   112 bytes, the statement with the smaller hash
///       173  the same                                    112 bytes, the other statement
/// </code>
/// <para>Inside a message the bytes are one MessagePack value of type bin.</para>
/// </remarks>
public static class EvidenceCodec
{
    /// <summary>How many bytes evidence has.</summary>
    public const int Size = FirstOffset + (2 * ClaimSize);

    private const int SharedSize = ClusterId.Size + sizeof(ulong) + Digest.Size + sizeof(byte);
    private const int OwnSize = Statement.FieldsSize - SharedSize;
    private const int FirstOffset = SharedSize + sizeof(uint);
    private const int ClaimSize = OwnSize + Signature.Size;

    /// <summary>Gives the bytes of evidence.</summary>
    public static byte[] Encode(EquivocationEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        var bytes = new byte[Size];
        CopyTo(evidence, bytes);
        return bytes;
    }

    /// <summary>Writes evidence as one MessagePack value.</summary>
    public static void Write(ref MessagePackWriter writer, EquivocationEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        writer.WriteBinHeader(Size);
        CopyTo(evidence, writer.GetSpan(Size));
        writer.Advance(Size);
    }

    /// <summary>Reads evidence that <see cref="Write"/> wrote. The signatures are not checked.</summary>
    /// <param name="reader">Where the value begins.</param>
    /// <exception cref="MessagePackSerializationException">The bytes are no evidence; nothing else is thrown for any bytes.</exception>
    public static EquivocationEvidence Read(ref MessagePackReader reader)
    {
        Span<byte> bytes = stackalloc byte[Size];
        var length = CanonicalBin.Read(ref reader, bytes, "evidence", out var start);
        return TryDecode(bytes[..length], out var evidence, out var defect)
            ? evidence
            : throw new MessagePackSerializationException($"No evidence at offset {start}: {defect.Detail}");
    }

    /// <summary>Reads evidence. The signatures are not checked.</summary>
    /// <param name="bytes">The bytes, all of them.</param>
    /// <param name="evidence">The evidence, if the bytes are some.</param>
    /// <param name="defect">What is wrong, if they are not. Nothing is thrown for any bytes.</param>
    /// <returns>Whether the bytes are evidence.</returns>
    public static bool TryDecode(
        ReadOnlySpan<byte> bytes,
        [NotNullWhen(true)] out EquivocationEvidence? evidence,
        [NotNullWhen(false)] out EvidenceDefect? defect)
    {
        evidence = null;
        if (bytes.Length != Size)
        {
            defect = new EvidenceDefect(EvidenceDefectKind.Malformed, $"Evidence has {Size} bytes; {bytes.Length} were given.");
            return false;
        }

        var first = ReadClaim(bytes, FirstOffset);
        var second = ReadClaim(bytes, FirstOffset + ClaimSize);
        if (first.Statement.Hash > second.Statement.Hash)
        {
            defect = new EvidenceDefect(EvidenceDefectKind.Malformed, "The statement with the larger hash comes first; allowed: the one with the smaller hash.");
            return false;
        }

        return EquivocationEvidence.TryCreate(first, second, out evidence, out defect);
    }

    private static SignedStatement ReadClaim(ReadOnlySpan<byte> bytes, int offset)
    {
        Span<byte> fields = stackalloc byte[Statement.FieldsSize];
        bytes[..SharedSize].CopyTo(fields);
        bytes.Slice(offset, OwnSize).CopyTo(fields[SharedSize..]);
        return new SignedStatement(
            Statement.FromFields(fields),
            new NodeId(BinaryPrimitives.ReadUInt32BigEndian(bytes[SharedSize..])),
            new Signature(bytes.Slice(offset + OwnSize, Signature.Size)));
    }

    private static void CopyTo(EquivocationEvidence evidence, Span<byte> destination)
    {
        CopyClaimTo(evidence.First, destination, FirstOffset);
        CopyClaimTo(evidence.Second, destination, FirstOffset + ClaimSize);
        BinaryPrimitives.WriteUInt32BigEndian(destination[SharedSize..], evidence.Signer.Value);
    }

    private static void CopyClaimTo(in SignedStatement signed, Span<byte> destination, int offset)
    {
        Span<byte> fields = stackalloc byte[Statement.FieldsSize];
        signed.Statement.CopyFieldsTo(fields);
        fields[..SharedSize].CopyTo(destination);
        fields[SharedSize..].CopyTo(destination[offset..]);
        signed.Signature.CopyTo(destination[(offset + OwnSize)..]);
    }
}
