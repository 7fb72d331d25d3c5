using System.Text.Json.Serialization;

namespace Consensus.AspNetCore.Json;

/// <summary>
/// Bytes in JSON: a string where they are UTF-8, else <c>{"base64":"…"}</c>. Both forms are read; what is written is read back as the same bytes.
/// </summary>
/// <param name="Bytes">The bytes.</param>
[JsonConverter(typeof(BlobConverter))]
internal sealed record Blob(ReadOnlyMemory<byte> Bytes);
