using System.Text;
using System.Text.Json.Nodes;

namespace Consensus.Hosting.Tests;

/// <summary>The table of settings in the README says what the schema says, which is held to the classes by <see cref="SchemaTests"/>.</summary>
[TestFixture]
public sealed class ReadmeTests
{
    private const string Begin = "<!-- settings -->";
    private const string End = "<!-- /settings -->";

    [Test]
    public void The_table_of_settings_is_up_to_date()
    {
        var readme = File.ReadAllText(Path.Join(TestContext.CurrentContext.TestDirectory, "README.md"));
        var table = readme[(readme.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)..readme.IndexOf(End, StringComparison.Ordinal)];

        Assert.That(table.Trim(), Is.EqualTo(Table().Trim()), $"The table should be:\n{Table()}");
    }

    private static string Table()
    {
        using var stream = typeof(ConsensusOptions).Assembly.GetManifestResourceStream("consensus.schema.json")!;
        var definitions = JsonNode.Parse(stream)!["$defs"]!;
        var table = new StringBuilder("| key | default | meaning and bounds |\n|---|---|---|\n");
        Add(table, "", definitions["node"]!, definitions);
        return table.ToString();
    }

    private static void Add(StringBuilder table, string prefix, JsonNode node, JsonNode definitions)
    {
        var required = node["required"]?.AsArray().Select(name => name!.GetValue<string>()).ToHashSet(StringComparer.Ordinal) ?? [];
        foreach (var (name, key) in node["properties"]!.AsObject())
        {
            if (key!["properties"] is not null)
            {
                Add(table, $"{prefix}{name}:", key, definitions);
                continue;
            }

            var standard = required.Contains(name) ? "must be given" : key["default"] is null ? "none" : $"`{key["default"]!.ToJsonString()}`";
            table.Append($"| `{prefix}{name}` | {standard} | {key["description"]!.GetValue<string>()} |\n");
            if (key["items"]?["$ref"] is not null)
            {
                Add(table, $"{prefix}{name}:N:", definitions["member"]!, definitions);
            }
        }
    }
}
