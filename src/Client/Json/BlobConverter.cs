using System.Text.Json;
using System.Text.Json.Serialization;

namespace Consensus.Client.Json;

/// <summary>Reads and writes <see cref="Blob"/>.</summary>
internal sealed class BlobConverter : JsonConverter<Blob>
{
    /// <inheritdoc/>
    public override Blob Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(BytesJson.Read(ref reader));

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Blob value, JsonSerializerOptions options) => BytesJson.Write(writer, value.Bytes.Span);
}
