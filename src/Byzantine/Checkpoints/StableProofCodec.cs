using System.Buffers;
using Consensus.Cryptography;
using Consensus.Serialization;

namespace Consensus.Byzantine;

/// <summary>The encoded form of a stable checkpoint, on the wire and in the write-ahead log.</summary>
internal static class StableProofCodec
{
    /// <summary>The slot of the write-ahead log that has it; the number is part of the disk format.</summary>
    public const ulong Slot = 33;

    public static void Write(ref MessagePackWriter writer, StableProof proof)
    {
        CheckpointCodec.Write(ref writer, proof.Content);
        if (proof.Certificate is { } certificate)
        {
            CertificateCodec.Write(ref writer, certificate);
        }
        else
        {
            writer.WriteNil();
        }
    }

    public static StableProof Read(ref MessagePackReader reader, SignerSet members)
    {
        var content = CheckpointCodec.Read(ref reader);
        return new StableProof(content, reader.TryReadNil() ? null : CertificateCodec.Read(ref reader, members, members.Quorum));
    }

    public static byte[] SlotValue(StableProof proof)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        var writer = new MessagePackWriter(buffer);
        Write(ref writer, proof);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    public static StableProof ReadSlot(ReadOnlyMemory<byte> value, SignerSet members) =>
        SlotValues.Read("stable checkpoint", value, (ref MessagePackReader reader) => Read(ref reader, members));
}
