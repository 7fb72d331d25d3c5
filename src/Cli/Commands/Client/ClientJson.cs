using System.Text.Json;
using System.Text.Json.Serialization;

namespace Consensus.Cli.Commands.Client;

/// <summary>How what the client commands show is written as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.Never)]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(Dictionary<string, byte[]>))]
[JsonSerializable(typeof(ValueReport))]
internal sealed partial class ClientJson : JsonSerializerContext;
