using System.Text.Json.Serialization;

namespace Consensus.AspNetCore.Swarm;

/// <summary>How the documents of a swarm's endpoints are written and read: by the rules of the API's others.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(PublishDocument))]
[JsonSerializable(typeof(PublishedDocument))]
[JsonSerializable(typeof(RumourDocument))]
[JsonSerializable(typeof(RumourIdsDocument))]
[JsonSerializable(typeof(SwarmDocument))]
internal sealed partial class SwarmJson : JsonSerializerContext;
