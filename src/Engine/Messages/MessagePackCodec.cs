using System.Buffers;
using Consensus.Serialization;

namespace Consensus.Engine;

/// <summary>
/// What the wire forms of all engines have in common: a frame is one message in MessagePack and nothing else, and whatever its bytes, decoding throws nothing but
/// <see cref="MessageFormatException"/>. Stateless; safe to use from any number of threads.
/// </summary>
public abstract class MessagePackCodec : IMessageCodec
{
    /// <summary>The protocol's name, for errors.</summary>
    protected abstract string Protocol { get; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The message is none of this protocol.</exception>
    public void Encode(ProtocolMessage message, IBufferWriter<byte> destination)
    {
        var writer = new MessagePackWriter(destination);
        if (!TryWrite(ref writer, message))
        {
            throw new ArgumentException($"{message.GetType().Name} is no message of {Protocol}.", nameof(message));
        }

        writer.Flush();
    }

    /// <inheritdoc/>
    public ProtocolMessage Decode(ReadOnlyMemory<byte> frame)
    {
        try
        {
            var reader = new MessagePackReader(frame);
            var message = Read(ref reader);
            return reader.End ? message : throw new MessageFormatException($"A {message.GetType().Name} is followed by bytes that do not belong to it.");
        }
        catch (MessagePackSerializationException exception)
        {
            throw new MessageFormatException($"Not a message of {Protocol}: {exception.Message}", exception);
        }
    }

    /// <summary>Writes a message, if it is one of this protocol.</summary>
    /// <returns>Whether it is.</returns>
    protected abstract bool TryWrite(ref MessagePackWriter writer, ProtocolMessage message);

    /// <summary>Reads a message. No more is allocated than the bytes account for.</summary>
    /// <exception cref="MessageFormatException">The bytes are none.</exception>
    /// <exception cref="MessagePackSerializationException">The bytes are not what MessagePack allows in their place.</exception>
    protected abstract ProtocolMessage Read(ref MessagePackReader reader);
}
