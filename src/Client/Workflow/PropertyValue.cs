using System.Text;
using System.Text.Json.Serialization;
using Consensus.Client.Json;

namespace Consensus.Client;

/// <summary>The value of a case's property: bytes, often UTF-8 text. Two values are equal if their bytes are.</summary>
/// <param name="Bytes">The bytes. Whoever hands them in must not change them afterwards.</param>
[JsonConverter(typeof(PropertyValueConverter))]
public readonly record struct PropertyValue(ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The bytes read as UTF-8 text; what is not UTF-8 shows as U+FFFD.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes.Span);

    /// <summary>A text as UTF-8 bytes.</summary>
    public static implicit operator PropertyValue(string text) => FromText(text);

    /// <summary>A text as UTF-8 bytes.</summary>
    public static PropertyValue FromText(string text) => new(Encoding.UTF8.GetBytes(text));

    /// <summary>Whether the bytes are equal.</summary>
    public bool Equals(PropertyValue other) => Bytes.Span.SequenceEqual(other.Bytes.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => Bytes.IsEmpty ? 0 : (Bytes.Length * 31) + Bytes.Span[^1];

    /// <summary>The bytes read as text.</summary>
    public override string ToString() => Text;
}
