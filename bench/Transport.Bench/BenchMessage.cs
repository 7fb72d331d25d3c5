using System.Buffers;
using Consensus.Engine;

namespace Consensus.Transport.Bench;

/// <summary>A message that is nothing but its bytes.</summary>
internal sealed record BenchMessage(ReadOnlyMemory<byte> Body) : ProtocolMessage;

internal sealed class BenchCodec : IMessageCodec
{
    public void Encode(ProtocolMessage message, IBufferWriter<byte> destination) => destination.Write(((BenchMessage)message).Body.Span);

    public ProtocolMessage Decode(ReadOnlyMemory<byte> frame) => new BenchMessage(frame);
}
