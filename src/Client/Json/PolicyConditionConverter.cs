using System.Text.Json;
using System.Text.Json.Serialization;
using Consensus.Client.Workflow;

namespace Consensus.Client.Json;

/// <summary>Reads and writes <see cref="PolicyCondition"/>: in the API its kind shows by which members it has.</summary>
internal sealed class PolicyConditionConverter : JsonConverter<PolicyCondition>
{
    /// <inheritdoc/>
    public override PolicyCondition Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonSerializer.Deserialize(ref reader, WireJson.Default.ConditionDocument)?.ToCondition()
        ?? throw new JsonException("The condition of a policy is of a kind that this client does not know; a newer one may.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, PolicyCondition value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, ConditionDocument.Of(value), WireJson.Default.ConditionDocument);
}
