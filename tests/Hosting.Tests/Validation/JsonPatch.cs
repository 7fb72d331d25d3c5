using System.Globalization;
using System.Text.Json.Nodes;

namespace Consensus.Hosting.Tests.Validation;

/// <summary>
/// Changes a JSON document by another one that only has what is to be different, as RFC 7396 merges them, but for two things: an object whose
/// keys are numbers changes single items of a list, and <c>"(absent)"</c> removes a key, since null is a value that somebody may write.
/// </summary>
internal static class JsonPatch
{
    private const string Absent = "(absent)";

    public static JsonNode? Apply(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes || target is not (JsonObject or JsonArray))
        {
            return patch?.DeepClone();
        }

        var result = target.DeepClone();
        foreach (var (key, change) in changes)
        {
            if (result is JsonArray list)
            {
                var index = int.Parse(key, CultureInfo.InvariantCulture);
                list[index] = Apply(list[index], change);
            }
            else if (change is JsonValue value && value.TryGetValue<string>(out var text) && text == Absent)
            {
                result.AsObject().Remove(key);
            }
            else
            {
                result[key] = Apply(result[key], change);
            }
        }

        return result;
    }
}
