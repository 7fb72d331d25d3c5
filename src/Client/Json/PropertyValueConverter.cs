using System.Text.Json;
using System.Text.Json.Serialization;

namespace Consensus.Client.Json;

/// <summary>Reads and writes <see cref="PropertyValue"/>.</summary>
internal sealed class PropertyValueConverter : JsonConverter<PropertyValue>
{
    /// <inheritdoc/>
    public override PropertyValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(BytesJson.Read(ref reader));

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, PropertyValue value, JsonSerializerOptions options) => BytesJson.Write(writer, value.Bytes.Span);
}
