using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Consensus.Architecture.Tests.Registry;

/// <summary>The files of <c>registry/</c>, as JSON.</summary>
internal static class RegistryFiles
{
    private static readonly string Folder = Path.GetFullPath(Path.Combine(Here(), "..", "..", "..", "registry"));

    /// <summary>All files that declare signals: each but the manifest.</summary>
    public static IReadOnlyDictionary<string, JsonNode> All { get; } = Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories)
        .Where(path => Path.GetFileName(path) != "manifest.yaml")
        .ToDictionary(path => Path.GetRelativePath(Folder, path), Read, StringComparer.Ordinal);

    /// <summary>Everything that is declared.</summary>
    public static IReadOnlyList<JsonNode> Groups { get; } = [.. All.OrderBy(file => file.Key, StringComparer.Ordinal).SelectMany(file => file.Value["groups"]!.AsArray()).Select(group => group!)];

    /// <summary>The groups of a type.</summary>
    public static IEnumerable<JsonNode> Of(string type) => Groups.Where(group => group.Text("type") == type);

    /// <summary>A text of a group; empty if it is not there.</summary>
    public static string Text(this JsonNode node, string key) => node[key]?.GetValue<string>() ?? "";

    /// <summary>The attributes of a group.</summary>
    public static IEnumerable<JsonNode> Attributes(this JsonNode group) => group["attributes"]?.AsArray().Select(attribute => attribute!) ?? [];

    private static JsonNode Read(string path)
    {
        var yaml = new YamlStream();
        using var text = File.OpenText(path);
        yaml.Load(text);
        return Convert(yaml.Documents.Single().RootNode)!;
    }

    private static JsonNode? Convert(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(child => KeyValuePair.Create(((YamlScalarNode)child.Key).Value!, Convert(child.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Convert)]),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "true" or "false" } flag => JsonValue.Create(flag.Value == "true"),
        YamlScalarNode { Style: ScalarStyle.Plain } plain when double.TryParse(plain.Value, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => throw new NotSupportedException($"The registry has no {node.NodeType}."),
    };

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
