using System.Buffers.Binary;

namespace Consensus.Transport;

/// <summary>The frame on a byte stream: the body's length, then the body.</summary>
/// <remarks>
/// No checksum of its own: TCP's catches the accidents, TLS's record authentication the rest, and every message that matters is checked
/// by hash or signature above.
/// </remarks>
internal static class FrameFormat
{
    /// <summary>The size of the length, an unsigned number in network order.</summary>
    public const int HeaderSize = sizeof(uint);

    public static uint ReadLength(ReadOnlySpan<byte> header) => BinaryPrimitives.ReadUInt32BigEndian(header);

    public static void WriteLength(Span<byte> header, int length) => BinaryPrimitives.WriteUInt32BigEndian(header, (uint)length);
}
