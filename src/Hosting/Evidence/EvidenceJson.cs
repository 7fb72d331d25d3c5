using System.Text.Json.Serialization;

namespace Consensus.Hosting;

/// <summary>How evidence is written as JSON. Strict: each key once, all of them there, no others, nothing null.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    WriteIndented = true,
    NewLine = "\n")]
[JsonSerializable(typeof(EvidenceFile))]
internal sealed partial class EvidenceJson : JsonSerializerContext;
