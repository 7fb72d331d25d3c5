using System.Buffers;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Serialization;

namespace Consensus.Byzantine;

/// <summary>The encoded form of a certified snapshot's description, on the wire and in the write-ahead log.</summary>
internal static class CertifiedSnapshotCodec
{
    /// <summary>The slot of the write-ahead log that has it; the number is part of the disk format.</summary>
    public const ulong Slot = 34;

    public static void Write(ref MessagePackWriter writer, CertifiedSnapshot certified)
    {
        SnapshotDescriptorCodec.Write(ref writer, certified.Snapshot);
        CertificateCodec.Write(ref writer, certified.Certificate);
    }

    public static CertifiedSnapshot Read(ref MessagePackReader reader, SignerSet members) =>
        new(SnapshotDescriptorCodec.Read(ref reader), CertificateCodec.Read(ref reader, members, members.WeakQuorum));

    public static byte[] SlotValue(CertifiedSnapshot certified)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        var writer = new MessagePackWriter(buffer);
        Write(ref writer, certified);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    public static CertifiedSnapshot ReadSlot(ReadOnlyMemory<byte> value, SignerSet members) =>
        SlotValues.Read("certified snapshot", value, (ref MessagePackReader reader) => Read(ref reader, members));
}
