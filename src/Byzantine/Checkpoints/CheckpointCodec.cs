using Consensus.Engine;
using Consensus.Serialization;

namespace Consensus.Byzantine;

/// <summary>The wire form of what a checkpoint says.</summary>
public static class CheckpointCodec
{
    /// <summary>Writes a checkpoint's content.</summary>
    public static void Write(ref MessagePackWriter writer, in CheckpointContent content)
    {
        writer.Write(content.Number.Value);
        WireFields.WritePosition(ref writer, content.Position);
        writer.Write(content.Time.UnixMilliseconds);
        WireFields.WriteDigest(ref writer, content.StateHash);
    }

    /// <summary>Reads a checkpoint's content.</summary>
    /// <exception cref="MessageFormatException">The bytes are none.</exception>
    public static CheckpointContent Read(ref MessagePackReader reader) => new(
        new SequenceNumber(reader.ReadUInt64()),
        WireFields.ReadPosition(ref reader),
        new Timestamp(reader.ReadInt64()),
        WireFields.ReadDigest(ref reader));
}
