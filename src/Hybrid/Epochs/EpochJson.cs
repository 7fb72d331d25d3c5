using System.Text.Json.Serialization;

namespace Consensus.Hybrid;

/// <summary>How epochs are written as JSON. Strict: each key once, all of them there, no others.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    WriteIndented = true,
    NewLine = "\n")]
[JsonSerializable(typeof(EpochHistoryFile))]
internal sealed partial class EpochJson : JsonSerializerContext;
