using System.Text;
using System.Text.Json;

namespace Consensus.Cryptography.Tests;

/// <summary>The test vectors of the BLAKE3 reference implementation.</summary>
internal static class OfficialVectors
{
    private static readonly Lazy<JsonElement> Document = new(() =>
    {
        var path = Path.Combine(TestContext.CurrentContext.TestDirectory, "Data", "blake3-test-vectors.json");
        return JsonDocument.Parse(File.ReadAllBytes(path)).RootElement;
    });

    public static byte[] Key => Encoding.ASCII.GetBytes(Document.Value.GetProperty("key").GetString()!);

    public static byte[] Context => Encoding.ASCII.GetBytes(Document.Value.GetProperty("context_string").GetString()!);

    public static IReadOnlyList<OfficialVector> All() =>
    [
        .. Document.Value.GetProperty("cases").EnumerateArray().Select(vector => new OfficialVector(
            vector.GetProperty("input_len").GetInt32(),
            Output(vector, "hash"),
            Output(vector, "keyed_hash"),
            Output(vector, "derive_key"))),
    ];

    private static byte[] Output(JsonElement vector, string name) => Convert.FromHexString(vector.GetProperty(name).GetString()!);
}
