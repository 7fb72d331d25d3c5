using System.Buffers.Binary;

namespace Consensus.Transport;

/// <summary>The answer to a <see cref="HandshakeHello"/>, from the side that was dialled.</summary>
/// <remarks>
/// 16 bytes, numbers in network order: "CFA1" | refusal, u16, 0 if accepted | version to speak, u16, 0 if refused | oldest version,
/// u16 | newest version, u16 | longest frame taken, u32. This layout holds for all versions.
/// </remarks>
internal readonly record struct HandshakeAnswer(HandshakeRefusal Refusal, ushort Version, ProtocolVersions Versions, int FrameLengthMax)
{
    public const int Size = 16;

    private static ReadOnlySpan<byte> Magic => "CFA1"u8;

    public static bool TryParse(ReadOnlySpan<byte> bytes, out HandshakeAnswer answer)
    {
        answer = default;
        if (bytes.Length != Size || !bytes.StartsWith(Magic))
        {
            return false;
        }

        var frameLengthMax = BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]);
        answer = new HandshakeAnswer(
            (HandshakeRefusal)BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]),
            BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]),
            new ProtocolVersions(BinaryPrimitives.ReadUInt16BigEndian(bytes[8..]), BinaryPrimitives.ReadUInt16BigEndian(bytes[10..])),
            (int)Math.Min(frameLengthMax, int.MaxValue));
        return true;
    }

    public byte[] ToBytes()
    {
        var bytes = new byte[Size];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(4), (ushort)Refusal);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(6), Version);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(8), Versions.Min);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(10), Versions.Max);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(12), (uint)FrameLengthMax);
        return bytes;
    }
}
