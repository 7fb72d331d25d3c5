using System.Buffers;
using Consensus.Serialization;

namespace Consensus.Replication.Workflow;

/// <summary>The fields that the machine's records are made of. Reading throws <see cref="MessagePackSerializationException"/> and nothing else.</summary>
internal static class FieldCodec
{
    public static void ReadHeader(ref MessagePackReader reader, int fields)
    {
        var actual = reader.ReadArrayHeader();
        if (actual != fields)
        {
            throw new MessagePackSerializationException($"Expected {fields} fields and found {actual}.");
        }
    }

    public static string ReadText(ref MessagePackReader reader) =>
        reader.ReadString() ?? throw new MessagePackSerializationException("Expected a text and found nil.");

    public static byte[] ReadBytes(ref MessagePackReader reader) =>
        reader.ReadBytes()?.ToArray() ?? throw new MessagePackSerializationException("Expected bytes and found nil.");

    public static ulong? ReadNumberOrNil(ref MessagePackReader reader) => reader.TryReadNil() ? null : reader.ReadUInt64();

    public static string? ReadTextOrNil(ref MessagePackReader reader) => reader.TryReadNil() ? null : ReadText(ref reader);

    public static ValueList<string> ReadTexts(ref MessagePackReader reader)
    {
        var texts = new string[reader.ReadArrayHeader()];
        for (var i = 0; i < texts.Length; i++)
        {
            texts[i] = ReadText(ref reader);
        }

        return [.. texts];
    }

    public static void Write(ref MessagePackWriter writer, ValueList<string> texts)
    {
        writer.WriteArrayHeader(texts.Count);
        foreach (var text in texts)
        {
            writer.Write(text);
        }
    }

    public static void WriteOrNil(ref MessagePackWriter writer, ulong? number)
    {
        if (number is { } value)
        {
            writer.Write(value);
        }
        else
        {
            writer.WriteNil();
        }
    }
}
