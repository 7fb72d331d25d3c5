using System.Text.Json.Nodes;

namespace Consensus.Architecture.Tests.Registry;

/// <summary>Checks JSON against a schema, as far as the schema of registries goes (draft 2020-12). A keyword that is unknown here is an error, so that nothing is passed over.</summary>
/// <param name="root">The schema.</param>
internal sealed class JsonSchema(JsonObject root)
{
    /// <summary>Whether a value is as the schema says.</summary>
    public bool Allows(JsonNode? value) => Allows(root, value);

    private bool Allows(JsonNode schema, JsonNode? value) => schema.AsObject().All(rule => Allows(rule.Key, rule.Value!, schema.AsObject(), value));

    private bool Allows(string keyword, JsonNode rule, JsonObject schema, JsonNode? value) => keyword switch
    {
        "$ref" => Allows(Find(rule.GetValue<string>()), value),
        "type" => rule is JsonArray types ? types.Any(type => IsOf(type!.GetValue<string>(), value)) : IsOf(rule.GetValue<string>(), value),
        "const" => JsonNode.DeepEquals(rule, value),
        "enum" => rule.AsArray().Any(allowed => JsonNode.DeepEquals(allowed, value)),
        "allOf" => rule.AsArray().All(each => Allows(each!, value)),
        "anyOf" => rule.AsArray().Any(each => Allows(each!, value)),
        "oneOf" => rule.AsArray().Count(each => Allows(each!, value)) == 1,
        "not" => !Allows(rule, value),
        "if" => !Allows(rule, value) || schema["then"] is not { } then || Allows(then, value),
        "required" => value is not JsonObject item || rule.AsArray().All(name => item.ContainsKey(name!.GetValue<string>())),
        "properties" => value is not JsonObject item || rule.AsObject().All(property => !item.TryGetPropertyValue(property.Key, out var found) || Allows(property.Value!, found)),
        "additionalProperties" => value is not JsonObject item || item.Where(property => schema["properties"]?[property.Key] is null)
            .All(property => rule is JsonObject each ? Allows(each, property.Value) : rule.GetValue<bool>()),
        "items" => value is not JsonArray list || list.All(item => Allows(rule, item)),

        // The schema of Weaver has a "#ref" where a "$ref" was meant.
        "then" or "description" or "default" or "$id" or "$schema" or "$defs" or "#ref" => true,
        _ => throw new NotSupportedException($"The schema says \"{keyword}\", which this does not know."),
    };

    private static bool IsOf(string type, JsonNode? value) => type switch
    {
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "string" => value is JsonValue text && text.TryGetValue<string>(out _),
        "boolean" => value is JsonValue flag && flag.TryGetValue<bool>(out _),
        "number" => value is JsonValue number && number.TryGetValue<double>(out _),
        "integer" => value is JsonValue integer && integer.TryGetValue<double>(out var found) && double.IsInteger(found),
        "null" => value is null,
        _ => throw new NotSupportedException($"The schema names a type \"{type}\"."),
    };

    private JsonNode Find(string reference) => reference.TrimStart('#', '/').Split('/').Aggregate((JsonNode)root, static (node, key) => node[key]!);
}
