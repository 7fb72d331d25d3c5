using System.Buffers.Binary;

namespace Consensus.Transport;

/// <summary>The greeting with which a connection starts, from the side that dialled.</summary>
/// <remarks>
/// 32 bytes, numbers in network order: "CFT1" | oldest version, u16 | newest version, u16 | cluster, 16 bytes | sender, u32 | intended
/// receiver, u32. This layout holds for all versions; what a later version wants to add follows the answer.
/// </remarks>
internal readonly record struct HandshakeHello(ProtocolVersions Versions, ClusterId Cluster, NodeId Sender, NodeId Receiver)
{
    public const int Size = 32;

    private static ReadOnlySpan<byte> Magic => "CFT1"u8;

    public static bool TryParse(ReadOnlySpan<byte> bytes, out HandshakeHello hello)
    {
        hello = default;
        if (bytes.Length != Size || !bytes.StartsWith(Magic))
        {
            return false;
        }

        hello = new HandshakeHello(
            new ProtocolVersions(BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]), BinaryPrimitives.ReadUInt16BigEndian(bytes[6..])),
            ClusterId.FromBytes(bytes[8..24]),
            new NodeId(BinaryPrimitives.ReadUInt32BigEndian(bytes[24..])),
            new NodeId(BinaryPrimitives.ReadUInt32BigEndian(bytes[28..])));
        return true;
    }

    public byte[] ToBytes()
    {
        var bytes = new byte[Size];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(4), Versions.Min);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(6), Versions.Max);
        Cluster.CopyTo(bytes.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(24), Sender.Value);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(28), Receiver.Value);
        return bytes;
    }
}
