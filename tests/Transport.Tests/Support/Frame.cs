using System.Buffers;
using System.Buffers.Binary;

namespace Consensus.Transport.Tests;

/// <summary>Frames as bytes, written without the code under test.</summary>
internal static class Frame
{
    public static byte[] Of(TestMessage message)
    {
        var body = new ArrayBufferWriter<byte>();
        TestCodec.Instance.Encode(message, body);
        return Of(body.WrittenSpan);
    }

    public static byte[] Of(ReadOnlySpan<byte> body) => [.. Length((uint)body.Length), .. body];

    public static byte[] Length(uint length)
    {
        var bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, length);
        return bytes;
    }
}
