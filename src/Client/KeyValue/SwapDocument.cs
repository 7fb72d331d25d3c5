using System.Text.Json.Serialization;
using Consensus.Client.Json;

namespace Consensus.Client.KeyValue;

/// <summary>The body of a compare-and-swap. Both members are written always: leaving one out is not the same as <c>null</c>.</summary>
/// <param name="Expected">The value that the key must have; <see langword="null"/>: none.</param>
/// <param name="Replacement">The value that it gets; <see langword="null"/>: none.</param>
internal sealed record SwapDocument(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] Blob? Expected,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] Blob? Replacement);
