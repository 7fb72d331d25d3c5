using Consensus.Architecture.Tests.Registry;

namespace Consensus.Hosting.Tests.Telemetry;

/// <summary>What the registry says of attributes.</summary>
internal static class DeclaredAttributes
{
    /// <summary>The types by name; of those with named values it is string.</summary>
    public static IReadOnlyDictionary<string, Type> Types { get; } = RegistryFiles.Of("attribute_group").SelectMany(RegistryFiles.Attributes)
        .ToDictionary(attribute => attribute.Text("id"), attribute => attribute["type"] is System.Text.Json.Nodes.JsonValue type && type.GetValue<string>() == "int" ? typeof(long) : typeof(string), StringComparer.Ordinal);

    /// <summary>The named values by name.</summary>
    public static IReadOnlyDictionary<string, string[]> Values { get; } = RegistryFiles.Of("attribute_group").SelectMany(RegistryFiles.Attributes)
        .Where(attribute => attribute["type"] is System.Text.Json.Nodes.JsonObject)
        .ToDictionary(attribute => attribute.Text("id"), attribute => attribute["type"]!["members"]!.AsArray().Select(member => member!.Text("value")).ToArray(), StringComparer.Ordinal);
}
