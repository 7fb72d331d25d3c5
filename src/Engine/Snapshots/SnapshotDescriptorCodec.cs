using Consensus.Serialization;

namespace Consensus.Engine;

/// <summary>The wire form of a snapshot's descriptor.</summary>
public static class SnapshotDescriptorCodec
{
    /// <summary>Writes a descriptor.</summary>
    public static void Write(ref MessagePackWriter writer, SnapshotDescriptor snapshot)
    {
        Span<byte> digest = stackalloc byte[Digest.Size];
        writer.Write(snapshot.Epoch.Value);
        writer.Write(snapshot.Position.Index.Value);
        writer.Write(snapshot.Position.Term.Value);
        WriteDigest(ref writer, snapshot.Position.Chain, digest);
        writer.Write(snapshot.Time.UnixMilliseconds);
        writer.Write(MembershipCodec.Encode(snapshot.Membership));
        WriteDigest(ref writer, snapshot.StateHash, digest);
        writer.Write(snapshot.Length);
        WriteDigest(ref writer, snapshot.Checksum, digest);
    }

    /// <summary>Reads a descriptor.</summary>
    /// <exception cref="MessageFormatException">The bytes are none.</exception>
    public static SnapshotDescriptor Read(ref MessagePackReader reader) => new()
    {
        Epoch = new Epoch(reader.ReadUInt64()),
        Position = new LogPosition(new LogIndex(reader.ReadUInt64()), new Term(reader.ReadUInt64()), ReadDigest(ref reader)),
        Time = new Timestamp(reader.ReadInt64()),
        Membership = MembershipCodec.Decode(ReadBytes(ref reader)),
        StateHash = ReadDigest(ref reader),
        Length = reader.ReadInt64(),
        Checksum = ReadDigest(ref reader),
    };

    private static void WriteDigest(ref MessagePackWriter writer, Digest digest, scoped Span<byte> buffer)
    {
        digest.CopyTo(buffer);
        writer.Write(buffer);
    }

    private static Digest ReadDigest(ref MessagePackReader reader)
    {
        var bytes = ReadBytes(ref reader);
        return bytes.Length == Digest.Size ? new Digest(bytes) : throw new MessageFormatException($"A digest has {Digest.Size} bytes, not {bytes.Length}.");
    }

    private static ReadOnlySpan<byte> ReadBytes(ref MessagePackReader reader) =>
        reader.ReadBytes() is { } bytes && bytes.IsSingleSegment ? bytes.FirstSpan : throw new MessageFormatException("Bytes are nil or lie in several pieces.");
}
