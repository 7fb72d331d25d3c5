using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Serialization;

namespace Consensus.Hybrid;

/// <summary>What begins an epoch for anybody: so many members of the one before have said the same about it that no other can begin (<see cref="SignerSet.Quorum"/>).</summary>
/// <param name="Content">What they said.</param>
/// <param name="Signatures">Who did.</param>
internal sealed record HandoverCertificate(HandoverContent Content, QuorumCertificate Signatures)
{
    /// <summary>The members of the epoch that ends, if they are others than those of the one that begins.</summary>
    public SignerSet? Leaving { get; init; }

    /// <summary>The epoch that begins.</summary>
    public EpochDescriptor Next => Content.Next;

    /// <summary>What is wrong with the certificate as the end of an epoch; nothing, if it ends it.</summary>
    /// <param name="current">The epoch.</param>
    /// <param name="verifier">Knows its members.</param>
    public string? DefectAfter(EpochDescriptor current, StatementVerifier verifier)
    {
        if (Next.Parent != current.Id || Next.Number != current.Number.Next)
        {
            return $"It begins epoch {Next.Number.Value} behind {Next.Parent}; epoch {current.Number.Value} is {current.Id}.";
        }

        if (Next.Cluster != current.Cluster)
        {
            return $"It is of cluster {Next.Cluster}; the epoch before is of {current.Cluster}.";
        }

        if (!Next.IsOrdered && !Next.IsSetAs(current))
        {
            return "Its settings, its rules or its operators are not those of the epoch before, and no operator has ordered others.";
        }

        if ((Leaving ?? Next.Members).Hash != current.Members.Hash)
        {
            return "Its signatures are of others than the members of the epoch before.";
        }

        if (Next.Members.Hash != current.Members.Hash && (Next.Listed is null || !Next.IsOrdered))
        {
            return "It has other members than the epoch before, and no operator's list of them.";
        }

        if (Next.Start.Index < current.Beginning.Index)
        {
            return $"It begins behind entry {Next.Start.Index}; the epoch before begins with entry {current.Beginning.Index}.";
        }

        var expected = new Statement(current.Domain, StatementKind.Handover, default, Content.Place, Content.Hash);
        return Signatures.Statement != expected ? "The signatures are for something else."
            : verifier.Verify(Signatures, StatementKind.Handover, current.Members.Quorum, out var defect) ? null
            : defect.Detail;
    }

    public void Write(ref MessagePackWriter writer)
    {
        Content.Write(ref writer);
        if (Leaving is null)
        {
            writer.WriteNil();
        }
        else
        {
            EpochDescriptor.WriteMembers(ref writer, Leaving);
        }

        CertificateCodec.Write(ref writer, Signatures);
    }

    /// <summary>Reads a certificate that is all of some bytes; its signatures are not checked.</summary>
    /// <exception cref="MessageFormatException">The bytes are none, or go on behind it.</exception>
    /// <exception cref="MessagePackSerializationException">The bytes are not what MessagePack allows in their place.</exception>
    public static HandoverCertificate Decode(ReadOnlyMemory<byte> bytes)
    {
        var reader = new MessagePackReader(bytes);
        var certificate = Read(ref reader);
        return reader.End ? certificate : throw new MessageFormatException($"The certificate goes on behind its end: it has {bytes.Length} bytes.");
    }

    /// <summary>Reads a certificate; its signatures are not checked.</summary>
    /// <exception cref="MessageFormatException">The bytes are none.</exception>
    /// <exception cref="MessagePackSerializationException">The bytes are not what MessagePack allows in their place.</exception>
    public static HandoverCertificate Read(ref MessagePackReader reader)
    {
        var content = HandoverContent.Read(ref reader);
        var leaving = reader.TryReadNil() ? null : EpochDescriptor.SetOf(EpochDescriptor.ReadMembers(ref reader));
        var signers = leaving ?? content.Next.Members;
        return new HandoverCertificate(content, CertificateCodec.Read(ref reader, signers, signers.Quorum)) { Leaving = leaving };
    }
}
