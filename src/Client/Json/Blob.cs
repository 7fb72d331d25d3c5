using System.Text.Json.Serialization;

namespace Consensus.Client.Json;

/// <summary>Bytes in a document of the API.</summary>
[JsonConverter(typeof(BlobConverter))]
internal readonly record struct Blob(ReadOnlyMemory<byte> Bytes);
