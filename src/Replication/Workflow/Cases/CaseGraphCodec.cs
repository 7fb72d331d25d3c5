using System.Buffers;
using Consensus.Serialization;

namespace Consensus.Replication.Workflow;

/// <summary>Graph: <c>[name, [state], initial, [final], [[from, to]]]</c>.</summary>
internal static class CaseGraphCodec
{
    public static byte[] ToBytes(CaseGraph graph)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        Write(ref writer, graph);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    public static void Write(ref MessagePackWriter writer, CaseGraph graph)
    {
        writer.WriteArrayHeader(5);
        writer.Write(graph.Name);
        FieldCodec.Write(ref writer, graph.States);
        writer.Write(graph.Initial);
        FieldCodec.Write(ref writer, graph.Final);
        writer.WriteArrayHeader(graph.Transitions.Count);
        foreach (var transition in graph.Transitions)
        {
            writer.WriteArrayHeader(2);
            writer.Write(transition.From);
            writer.Write(transition.To);
        }
    }

    public static CaseGraph Read(ReadOnlyMemory<byte> bytes)
    {
        var reader = new MessagePackReader(bytes);
        return Read(ref reader);
    }

    public static CaseGraph Read(ref MessagePackReader reader)
    {
        FieldCodec.ReadHeader(ref reader, 5);
        var name = FieldCodec.ReadText(ref reader);
        var states = FieldCodec.ReadTexts(ref reader);
        var initial = FieldCodec.ReadText(ref reader);
        var final = FieldCodec.ReadTexts(ref reader);
        var transitions = new CaseTransition[reader.ReadArrayHeader()];
        for (var i = 0; i < transitions.Length; i++)
        {
            FieldCodec.ReadHeader(ref reader, 2);
            transitions[i] = new CaseTransition(FieldCodec.ReadText(ref reader), FieldCodec.ReadText(ref reader));
        }

        return new CaseGraph(name, states, initial, final, [.. transitions]);
    }
}
