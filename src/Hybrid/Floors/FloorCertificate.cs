using System.Buffers;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Serialization;

namespace Consensus.Hybrid;

/// <summary>So many members have applied everything up to a place, with one state (<see cref="SignerSet.Quorum"/>), that whatever ends the epoch knows one who does not lie about it.</summary>
/// <param name="Content">What they said.</param>
/// <param name="Signatures">Who did.</param>
internal sealed record FloorCertificate(FloorContent Content, QuorumCertificate Signatures)
{
    /// <summary>The place.</summary>
    public LogPosition Position => Content.Position;

    /// <summary>What is wrong with the certificate in an epoch; nothing, if it holds there.</summary>
    public string? DefectIn(KnownEpoch epoch) =>
        Signatures.Statement != epoch.Say(Content) ? "The signatures are for something else."
        : epoch.Verifier.Verify(Signatures, StatementKind.Floor, epoch.Descriptor.Members.Quorum, out var defect) ? null
        : defect.Detail;

    public byte[] ToBytes()
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        var writer = new MessagePackWriter(buffer);
        Write(ref writer);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    public void Write(ref MessagePackWriter writer)
    {
        Content.Write(ref writer);
        CertificateCodec.Write(ref writer, Signatures);
    }

    /// <summary>Reads a certificate of an epoch; its signatures are not checked.</summary>
    /// <exception cref="MessageFormatException">The bytes are none.</exception>
    /// <exception cref="MessagePackSerializationException">The bytes are not what MessagePack allows in their place.</exception>
    public static FloorCertificate Read(ref MessagePackReader reader, SignerSet members)
    {
        var content = FloorContent.Read(ref reader);
        return new FloorCertificate(content, CertificateCodec.Read(ref reader, members, members.Quorum));
    }
}
