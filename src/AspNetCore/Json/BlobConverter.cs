using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;

namespace Consensus.AspNetCore.Json;

/// <summary>Reads and writes <see cref="Blob"/>.</summary>
internal sealed class BlobConverter : JsonConverter<Blob>
{
    private const string Expected = "a string, or an object {\"base64\":\"…\"}";

    /// <inheritdoc/>
    public override Blob Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.String => new Blob(Text(ref reader)),
        JsonTokenType.StartObject => new Blob(Base64(ref reader)),
        _ => throw new JsonException($"A value must be {Expected}."),
    };

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Blob value, JsonSerializerOptions options)
    {
        if (Utf8.IsValid(value.Bytes.Span))
        {
            writer.WriteStringValue(value.Bytes.Span);
            return;
        }

        writer.WriteStartObject();
        writer.WriteBase64String("base64"u8, value.Bytes.Span);
        writer.WriteEndObject();
    }

    private static byte[] Text(ref Utf8JsonReader reader)
    {
        var length = reader.HasValueSequence ? checked((int)reader.ValueSequence.Length) : reader.ValueSpan.Length;
        var bytes = new byte[length];
        try
        {
            return bytes[..reader.CopyString(bytes)];
        }
        catch (InvalidOperationException exception)
        {
            throw new JsonException("A string holds half of a surrogate pair, which is no character; write bytes that are no text as base64.", exception);
        }
    }

    private static byte[] Base64(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals("base64"u8)
            || !reader.Read() || reader.TokenType != JsonTokenType.String || !reader.TryGetBytesFromBase64(out var bytes)
            || !reader.Read() || reader.TokenType != JsonTokenType.EndObject)
        {
            throw new JsonException($"A value must be {Expected}, with valid base64 and nothing else in it.");
        }

        return bytes;
    }
}
