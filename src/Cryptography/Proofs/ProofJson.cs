using System.Text.Json.Serialization;

namespace Consensus.Cryptography;

/// <summary>How proofs are written as JSON. Strict: each key once, all of them there, no others, nothing null.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    WriteIndented = true,
    NewLine = "\n")]
[JsonSerializable(typeof(CommitProofFile))]
[JsonSerializable(typeof(SignedReplyFile))]
internal sealed partial class ProofJson : JsonSerializerContext;
