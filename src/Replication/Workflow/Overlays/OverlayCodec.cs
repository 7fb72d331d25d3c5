using System.Buffers;
using Consensus.Serialization;

namespace Consensus.Replication.Workflow;

/// <summary>Overlay: <c>[name, version, [element]]</c>, elements as commands; deployed: <c>[overlay, time, index]</c>.</summary>
internal static class OverlayCodec
{
    public static void Write(ref MessagePackWriter writer, Overlay overlay)
    {
        writer.WriteArrayHeader(3);
        writer.Write(overlay.Name);
        writer.Write(overlay.Version);
        writer.WriteArrayHeader(overlay.Elements.Count);
        foreach (var element in overlay.Elements)
        {
            element.Write(ref writer);
        }
    }

    public static Overlay Read(ref MessagePackReader reader)
    {
        FieldCodec.ReadHeader(ref reader, 3);
        var name = FieldCodec.ReadText(ref reader);
        var version = reader.ReadUInt64();
        var elements = new OverlayElement[reader.ReadArrayHeader()];
        for (var i = 0; i < elements.Length; i++)
        {
            elements[i] = WorkflowCommandCodec.ReadElement(ref reader);
        }

        return new Overlay(name, version, [.. elements]);
    }

    public static byte[] ToBytes(DeployedOverlay deployed)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        writer.WriteArrayHeader(3);
        Write(ref writer, deployed.Overlay);
        writer.Write(deployed.DeployedAt.UnixMilliseconds);
        writer.Write(deployed.Index.Value);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    public static DeployedOverlay ReadDeployed(ref MessagePackReader reader)
    {
        FieldCodec.ReadHeader(ref reader, 3);
        return new DeployedOverlay(Read(ref reader), new Timestamp(reader.ReadInt64()), new LogIndex(reader.ReadUInt64()));
    }

    public static ulong ReadVersion(ReadOnlyMemory<byte> deployed)
    {
        var reader = new MessagePackReader(deployed);
        FieldCodec.ReadHeader(ref reader, 3);
        FieldCodec.ReadHeader(ref reader, 3);
        reader.Skip();
        return reader.ReadUInt64();
    }
}
