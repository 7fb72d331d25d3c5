using System.Text.Json;
using System.Text.Unicode;

namespace Consensus.Client.Json;

/// <summary>Bytes in JSON: a string where they are UTF-8, else <c>{"base64":"…"}</c>. Both forms are read.</summary>
internal static class BytesJson
{
    /// <summary>Reads them.</summary>
    public static byte[] Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            var text = new byte[reader.HasValueSequence ? checked((int)reader.ValueSequence.Length) : reader.ValueSpan.Length];
            return text[..reader.CopyString(text)];
        }

        if (reader.TokenType != JsonTokenType.StartObject
            || !reader.Read() || !reader.ValueTextEquals("base64"u8)
            || !reader.Read() || reader.TokenType != JsonTokenType.String || !reader.TryGetBytesFromBase64(out var bytes)
            || !reader.Read() || reader.TokenType != JsonTokenType.EndObject)
        {
            throw new JsonException("Bytes must be a string, or an object {\"base64\":\"…\"}.");
        }

        return bytes;
    }

    /// <summary>Writes them.</summary>
    public static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes))
        {
            writer.WriteStringValue(bytes);
            return;
        }

        writer.WriteStartObject();
        writer.WriteBase64String("base64"u8, bytes);
        writer.WriteEndObject();
    }
}
