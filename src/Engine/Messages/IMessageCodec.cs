using System.Buffers;

namespace Consensus.Engine;

/// <summary>The wire form of an engine's messages. Stateless; safe to use from any number of threads.</summary>
public interface IMessageCodec
{
    /// <summary>Writes a message.</summary>
    void Encode(ProtocolMessage message, IBufferWriter<byte> destination);

    /// <summary>Reads a message. What it refers to (payloads) lies in <paramref name="frame"/>.</summary>
    /// <exception cref="MessageFormatException">The frame is not the wire form of a message. Nothing else is thrown for any bytes.</exception>
    ProtocolMessage Decode(ReadOnlyMemory<byte> frame);
}
