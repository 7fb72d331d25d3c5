using System.Buffers;
using Consensus.Serialization;

namespace Consensus.Replication.Workflow;

/// <summary>
/// Stored case: <c>[graph digest, state, revision, created, updated, properties]</c>. Case in an answer:
/// <c>[id, graph, state, final, [next state], revision, created, updated, properties]</c>. Times are Unix milliseconds.
/// </summary>
internal static class CaseCodec
{
    public const int RecordFields = 6;

    public static void WriteRecord(IBufferWriter<byte> destination, CaseRecord record)
    {
        Span<byte> digest = stackalloc byte[Digest.Size];
        record.Graph.CopyTo(digest);
        var writer = new MessagePackWriter(destination);
        writer.WriteArrayHeader(RecordFields);
        writer.Write(digest);
        writer.Write(record.State);
        writer.Write(record.Revision);
        writer.Write(record.CreatedAt.UnixMilliseconds);
        writer.Write(record.UpdatedAt.UnixMilliseconds);
        PropertyCodec.Write(ref writer, record.Properties);
        writer.Flush();
    }

    public static CaseRecord ReadRecord(ReadOnlyMemory<byte> bytes)
    {
        var reader = new MessagePackReader(bytes);
        FieldCodec.ReadHeader(ref reader, RecordFields);
        var digest = new Digest(FieldCodec.ReadBytes(ref reader));
        var state = FieldCodec.ReadText(ref reader);
        var revision = reader.ReadUInt64();
        var created = new Timestamp(reader.ReadInt64());
        var updated = new Timestamp(reader.ReadInt64());
        return new CaseRecord(digest, state, revision, created, updated, PropertyCodec.Read(ref reader));
    }

    public static void Write(ref MessagePackWriter writer, Case @case)
    {
        writer.WriteArrayHeader(9);
        writer.Write(@case.Id);
        writer.Write(@case.Graph);
        writer.Write(@case.State);
        writer.Write(@case.IsFinal);
        FieldCodec.Write(ref writer, @case.NextStates);
        writer.Write(@case.Revision);
        writer.Write(@case.CreatedAt.UnixMilliseconds);
        writer.Write(@case.UpdatedAt.UnixMilliseconds);
        PropertyCodec.Write(ref writer, @case.Properties);
    }

    public static Case Read(ref MessagePackReader reader)
    {
        FieldCodec.ReadHeader(ref reader, 9);
        var id = FieldCodec.ReadText(ref reader);
        var graph = FieldCodec.ReadText(ref reader);
        var state = FieldCodec.ReadText(ref reader);
        var isFinal = reader.ReadBoolean();
        var next = FieldCodec.ReadTexts(ref reader);
        var revision = reader.ReadUInt64();
        var created = new Timestamp(reader.ReadInt64());
        var updated = new Timestamp(reader.ReadInt64());
        return new Case(id, graph, state, isFinal, next, revision, created, updated, PropertyCodec.Read(ref reader));
    }
}
