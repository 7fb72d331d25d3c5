using System.Buffers;
using System.Buffers.Binary;
using Consensus.Engine;

namespace Consensus.Transport.Tests;

/// <summary>A numbered message whose filling follows from its number, so that damage shows.</summary>
internal sealed record TestMessage(long Number, int Length = TestMessage.LengthMin) : ProtocolMessage
{
    public const int LengthMin = sizeof(long);

    public byte FillByte => (byte)((Number * 31) + Length);
}

internal sealed class TestCodec : IMessageCodec
{
    public static TestCodec Instance { get; } = new();

    public void Encode(ProtocolMessage message, IBufferWriter<byte> destination)
    {
        if (message is DamagedTestMessage)
        {
            destination.Write("?"u8);
            return;
        }

        var test = (TestMessage)message;
        BinaryPrimitives.WriteInt64BigEndian(destination.GetSpan(sizeof(long)), test.Number);
        destination.Advance(sizeof(long));
        for (var left = test.Length - sizeof(long); left > 0;)
        {
            var span = destination.GetSpan();
            span = span[..Math.Min(left, span.Length)];
            span.Fill(test.FillByte);
            destination.Advance(span.Length);
            left -= span.Length;
        }
    }

    public ProtocolMessage Decode(ReadOnlyMemory<byte> frame)
    {
        if (frame.Length < TestMessage.LengthMin)
        {
            throw new MessageFormatException($"A test message has at least {TestMessage.LengthMin} bytes, not {frame.Length}.");
        }

        var message = new TestMessage(BinaryPrimitives.ReadInt64BigEndian(frame.Span), frame.Length);
        return frame.Span[TestMessage.LengthMin..].ContainsAnyExcept(message.FillByte)
            ? throw new MessageFormatException("The filling is damaged.")
            : message;
    }
}
