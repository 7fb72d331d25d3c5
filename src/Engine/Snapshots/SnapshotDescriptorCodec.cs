using Consensus.Serialization;

namespace Consensus.Engine;

/// <summary>The wire form of a snapshot's descriptor.</summary>
public static class SnapshotDescriptorCodec
{
    /// <summary>Writes a descriptor.</summary>
    public static void Write(ref MessagePackWriter writer, SnapshotDescriptor snapshot)
    {
        writer.Write(snapshot.Epoch.Value);
        WireFields.WritePosition(ref writer, snapshot.Position);
        writer.Write(snapshot.Time.UnixMilliseconds);
        writer.Write(MembershipCodec.Encode(snapshot.Membership));
        WireFields.WriteDigest(ref writer, snapshot.StateHash);
        writer.Write(snapshot.Length);
        WireFields.WriteDigest(ref writer, snapshot.Checksum);
    }

    /// <summary>Reads a descriptor.</summary>
    /// <exception cref="MessageFormatException">The bytes are none.</exception>
    public static SnapshotDescriptor Read(ref MessagePackReader reader) => new()
    {
        Epoch = new Epoch(reader.ReadUInt64()),
        Position = WireFields.ReadPosition(ref reader),
        Time = new Timestamp(reader.ReadInt64()),
        Membership = MembershipCodec.Decode(WireFields.ReadBytes(ref reader).Span),
        StateHash = WireFields.ReadDigest(ref reader),
        Length = reader.ReadInt64(),
        Checksum = WireFields.ReadDigest(ref reader),
    };
}
