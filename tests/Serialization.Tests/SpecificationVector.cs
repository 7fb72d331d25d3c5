using System.Text.Json;

namespace Consensus.Serialization.Tests;

/// <summary>One value of the public test suite with all its encodings.</summary>
public sealed record SpecificationVector(string Kind, JsonElement Value, IReadOnlyList<string> Encodings)
{
    public static IEnumerable<SpecificationVector> All()
    {
        var path = Path.Combine(TestContext.CurrentContext.TestDirectory, "Data", "msgpack-test-suite.json");
        using var suite = JsonDocument.Parse(File.ReadAllBytes(path));
        foreach (var group in suite.RootElement.EnumerateObject())
        {
            foreach (var entry in group.Value.EnumerateArray())
            {
                yield return Parse(entry.Clone());
            }
        }
    }

    public override string ToString() => $"{Kind} {Value}";

    private static SpecificationVector Parse(JsonElement entry)
    {
        // Where both are given, "bignum" is the exact form of "number".
        var value = entry.TryGetProperty("bignum", out var exact)
            ? new KeyValuePair<string, JsonElement>("number", exact)
            : entry.EnumerateObject().Where(p => p.Name != "msgpack").Select(p => KeyValuePair.Create(p.Name, p.Value)).Single();
        return new SpecificationVector(value.Key, value.Value, [.. entry.GetProperty("msgpack").EnumerateArray().Select(e => e.GetString()!)]);
    }
}
