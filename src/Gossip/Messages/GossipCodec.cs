using System.Buffers;
using Consensus.Engine;
using Consensus.Serialization;

namespace Consensus.Gossip.Messages;

/// <summary>The wire form of what nodes of a swarm say to each other: the kind, then its fields, in MessagePack. Whatever the bytes, decoding throws nothing but <see cref="MessageFormatException"/>. Stateless; safe to use from any number of threads.</summary>
internal static class GossipCodec
{
    /// <summary>Writes a message.</summary>
    /// <exception cref="ArgumentException">No core has such a message.</exception>
    public static void Encode(GossipMessage message, IBufferWriter<byte> destination)
    {
        var writer = new MessagePackWriter(destination);
        writer.Write((byte)message.Kind);
        if (!MembershipWire.TryWrite(ref writer, message) && !ViewWire.TryWrite(ref writer, message) && !DisseminationWire.TryWrite(ref writer, message) && !RepairWire.TryWrite(ref writer, message) && !BallotWire.TryWrite(ref writer, message))
        {
            throw new ArgumentException($"{message.GetType().Name} is no message of a swarm.", nameof(message));
        }

        writer.Flush();
    }

    /// <summary>Reads a message.</summary>
    /// <exception cref="MessageFormatException">The frame is not the wire form of one.</exception>
    public static GossipMessage Decode(ReadOnlyMemory<byte> frame)
    {
        try
        {
            var reader = new MessagePackReader(frame);
            var kind = (GossipMessageKind)reader.ReadByte();
            var message = MembershipWire.Read(kind, ref reader) ?? ViewWire.Read(kind, ref reader) ?? DisseminationWire.Read(kind, ref reader) ?? RepairWire.Read(kind, ref reader) ?? BallotWire.Read(kind, ref reader) ?? throw new MessageFormatException($"Swarms have no message of kind {(byte)kind}.");
            return reader.End ? message : throw new MessageFormatException($"A {message.GetType().Name} is followed by bytes that do not belong to it.");
        }
        catch (MessagePackSerializationException exception)
        {
            throw new MessageFormatException($"Not a message of a swarm: {exception.Message}", exception);
        }
    }
}
