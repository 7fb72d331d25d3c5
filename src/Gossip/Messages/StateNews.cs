using System.Buffers;
using Consensus.Engine;
using Consensus.Serialization;

namespace Consensus.Gossip.Messages;

/// <summary>A value of the shared state as a rumour, so that whoever is there has it at once, and only what got lost is repaired.</summary>
internal static class StateNews
{
    /// <summary>The rumour's kind.</summary>
    public const string Kind = Rumour.ReservedPrefix + "state";

    /// <summary>What the rumour says.</summary>
    public static ReadOnlySpan<byte> Encode(VersionedValue value)
    {
        var bytes = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(bytes);
        RepairWire.WriteValue(ref writer, value);
        writer.Flush();
        return bytes.WrittenSpan;
    }

    /// <summary>The value that a rumour tells; <see langword="null"/> if it tells none. Whoever tells it on has not looked at it, so only its origin is to blame, who is not known for certain.</summary>
    public static VersionedValue? Find(Rumour rumour)
    {
        if (rumour.Kind != Kind)
        {
            return null;
        }

        try
        {
            var reader = new MessagePackReader(rumour.Unpack());
            var value = RepairWire.ReadValue(ref reader);
            return reader.End ? value : null;
        }
        catch (Exception exception) when (exception is InvalidDataException or MessageFormatException or MessagePackSerializationException)
        {
            return null;
        }
    }
}
