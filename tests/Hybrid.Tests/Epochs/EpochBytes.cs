using System.Buffers;
using Consensus.Serialization;

namespace Consensus.Hybrid.Tests.Epochs;

/// <summary>Epochs that no replica makes, and that a liar may write.</summary>
internal static class EpochBytes
{
    public static EpochDescriptor Of(ClusterId cluster, ulong number, EpochProtocol protocol, SignerSet members, PublicKey theOperator, LogPosition start, Digest parent, byte format = EpochDescriptor.Format, bool isOrdered = true, EpochSettings? settings = null)
    {
        var key = new byte[PublicKey.Size];
        var inner = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(inner);
        if (format > 1)
        {
            writer.Write(format);
        }

        cluster.CopyTo(key);
        writer.Write(key.AsSpan(0, ClusterId.Size));
        writer.Write(number);
        writer.Write((byte)protocol);
        writer.Write((byte)EpochProtocol.Pbft);
        writer.Write(false);
        writer.Write(false);
        if (format > 1)
        {
            (settings ?? EpochSettings.None).Write(ref writer);
        }

        WireFields.WritePosition(ref writer, start);
        writer.Write(5L);
        WireFields.WriteDigest(ref writer, parent);
        writer.Write(isOrdered);
        writer.WriteNil();
        writer.WriteArrayHeader(members.Count);
        foreach (var member in members.Members)
        {
            writer.Write(member.Id.Value);
            member.Key.CopyTo(key);
            writer.Write(key);
        }

        writer.WriteArrayHeader(1);
        theOperator.CopyTo(key);
        writer.Write(key);
        writer.Flush();

        var outer = new ArrayBufferWriter<byte>();
        writer = new MessagePackWriter(outer);
        writer.Write(inner.WrittenSpan);
        writer.Flush();
        var reader = new MessagePackReader(outer.WrittenMemory);
        return EpochDescriptor.Read(ref reader);
    }
}
