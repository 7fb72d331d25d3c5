using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Consensus.Serialization;

namespace Consensus.Cryptography;

/// <summary>The bytes of a certificate. Canonical: there is one form for each certificate, and nothing else is accepted.</summary>
/// <remarks>
/// <para>Big-endian, all of fixed size, so that the length says how many signers there are:</para>
/// <code>
/// offset  0  cluster 16, epoch 8, epoch id 32, kind 1, view 8, sequence 8, hash 32     105 bytes, as in the signed statement
///       105  for each signer, ids strictly growing: id 4, signature 64                 68 bytes
/// </code>
/// <para>
/// A certificate has exactly as many signers as the threshold asks for: one more would be a signature that nobody needs to check and
/// everybody has to carry. Inside a message the bytes are one MessagePack value of type bin.
/// </para>
/// </remarks>
public static class CertificateCodec
{
    private const int SignerSize = sizeof(uint) + Signature.Size;
    private const int StackBytesMax = 2048;

    /// <summary>How many bytes a certificate with so many signers has.</summary>
    public static int EncodedSize(int signers) => Statement.FieldsSize + (signers * SignerSize);

    /// <summary>Gives the bytes of a certificate.</summary>
    public static byte[] Encode(QuorumCertificate certificate)
    {
        var bytes = new byte[EncodedSize(certificate.Signatures.Length)];
        CopyTo(certificate, bytes);
        return bytes;
    }

    /// <summary>Writes a certificate as one MessagePack value.</summary>
    public static void Write(ref MessagePackWriter writer, QuorumCertificate certificate)
    {
        var size = EncodedSize(certificate.Signatures.Length);
        writer.WriteBinHeader(size);
        CopyTo(certificate, writer.GetSpan(size));
        writer.Advance(size);
    }

    /// <summary>Reads a certificate that <see cref="Write"/> wrote. The signatures are not checked.</summary>
    /// <param name="reader">Where the value begins.</param>
    /// <param name="members">The members of the epoch.</param>
    /// <param name="threshold">How many signers there must be.</param>
    /// <exception cref="MessagePackSerializationException">The bytes are no such certificate; nothing else is thrown for any bytes.</exception>
    public static QuorumCertificate Read(ref MessagePackReader reader, SignerSet members, int threshold)
    {
        RequireThreshold(members, threshold);
        // One signer more fits in, so that a certificate with too many is refused for that.
        var size = EncodedSize(threshold + 1);
        var bytes = size <= StackBytesMax ? stackalloc byte[StackBytesMax] : new byte[size];
        var length = CanonicalBin.Read(ref reader, bytes[..size], "certificate", out var start);
        return TryDecode(bytes[..length], members, threshold, out var certificate, out var defect)
            ? certificate
            : throw new MessagePackSerializationException($"No certificate at offset {start}: {defect.Detail}");
    }

    /// <summary>Reads a certificate. The signatures are not checked.</summary>
    /// <param name="bytes">The bytes, all of them.</param>
    /// <param name="members">The members of the epoch.</param>
    /// <param name="threshold">How many signers there must be.</param>
    /// <param name="certificate">The certificate, if the bytes are one.</param>
    /// <param name="defect">What is wrong, if they are not. Nothing is thrown for any bytes.</param>
    /// <returns>Whether the bytes are a certificate.</returns>
    public static bool TryDecode(
        ReadOnlySpan<byte> bytes,
        SignerSet members,
        int threshold,
        [NotNullWhen(true)] out QuorumCertificate? certificate,
        [NotNullWhen(false)] out CertificateDefect? defect)
    {
        RequireThreshold(members, threshold);
        certificate = null;
        defect = LengthDefect(bytes.Length, threshold);
        if (defect is not null)
        {
            return false;
        }

        var statement = Statement.FromFields(bytes[..Statement.FieldsSize]);
        if (statement.Kind == StatementKind.None || !Enum.IsDefined(statement.Kind))
        {
            defect = new CertificateDefect(CertificateDefectKind.UnknownKind, $"There is no statement of kind {(byte)statement.Kind}.");
            return false;
        }

        var signatures = ReadSignatures(bytes[Statement.FieldsSize..], members, threshold, out defect);
        if (defect is not null)
        {
            return false;
        }

        certificate = new QuorumCertificate(statement, signatures);
        return true;
    }

    private static ImmutableArray<MemberSignature> ReadSignatures(ReadOnlySpan<byte> rest, SignerSet members, int count, out CertificateDefect? defect)
    {
        var signatures = ImmutableArray.CreateBuilder<MemberSignature>(count);
        var previous = NodeId.None;
        for (; !rest.IsEmpty; rest = rest[SignerSize..])
        {
            var signer = new NodeId(BinaryPrimitives.ReadUInt32BigEndian(rest));
            defect = OrderDefect(signer, previous) ?? CertificateDefects.IfUnknown(signer, members);
            if (defect is not null)
            {
                return [];
            }

            signatures.Add(new MemberSignature(signer, new Signature(rest.Slice(sizeof(uint), Signature.Size))));
            previous = signer;
        }

        defect = null;
        return signatures.MoveToImmutable();
    }

    private static CertificateDefect? OrderDefect(NodeId signer, NodeId previous)
    {
        if (signer > previous)
        {
            return null;
        }

        return signer == previous && previous != NodeId.None
            ? new CertificateDefect(CertificateDefectKind.RepeatedSigner, $"Node {signer} signed twice; each signer counts once.")
            : new CertificateDefect(CertificateDefectKind.UnsortedSigners, $"Node {signer} is listed after node {previous}; ids begin at 1 and must grow.");
    }

    private static CertificateDefect? LengthDefect(int length, int threshold)
    {
        var signers = length - Statement.FieldsSize;
        if (signers < 0 || signers % SignerSize != 0)
        {
            return new CertificateDefect(
                CertificateDefectKind.Malformed,
                $"A certificate has {Statement.FieldsSize} bytes and {SignerSize} for each of {threshold} signers, {EncodedSize(threshold)} in all; {length} were given.");
        }

        return CertificateDefects.IfOtherCount(signers / SignerSize, threshold);
    }

    private static void CopyTo(QuorumCertificate certificate, Span<byte> destination)
    {
        certificate.Statement.CopyFieldsTo(destination);
        var rest = destination[Statement.FieldsSize..];
        foreach (ref readonly var signature in certificate.Signatures.AsSpan())
        {
            BinaryPrimitives.WriteUInt32BigEndian(rest, signature.Signer.Value);
            signature.Signature.CopyTo(rest[sizeof(uint)..]);
            rest = rest[SignerSize..];
        }
    }

    private static void RequireThreshold(SignerSet members, int threshold)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threshold, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threshold, members.Count);
    }
}
