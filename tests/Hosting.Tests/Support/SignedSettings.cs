using System.Text.Json.Nodes;
using Consensus.Cryptography;

namespace Consensus.Hosting.Tests;

/// <summary>Configurations of four nodes that sign, and of others that may join them, and their keys in a folder.</summary>
internal sealed class SignedSettings : IDisposable
{
    public const int Nodes = 4;

    private const int Known = 9;

    private readonly string _folder = Directory.CreateTempSubdirectory("consensus-signed-").FullName;
    private readonly PublicKey[] _publicKeys = new PublicKey[Known];

    public SignedSettings()
    {
        var ed25519 = Ed25519.Load();
        for (var i = 0; i < Known; i++)
        {
            using var key = SigningKeyFile.Generate(ed25519);
            SigningKeyFile.Write(KeyFileOf(i + 1), key);
            _publicKeys[i] = key.PublicKey;
        }
    }

    /// <summary>A valid section for a node of four.</summary>
    public JsonObject Of(uint node, string algorithm) => Cluster.Section(node)
        .With("Algorithm", algorithm)
        .With("Members", new JsonArray([.. _publicKeys.Take(Nodes).Select((key, i) => (JsonNode)Settings.Member((uint)i + 1).With("PublicKey", $"{key}"))]))
        .With("SigningKeyFile", KeyFileOf((int)node));

    /// <summary>A valid section for a node that joins those four.</summary>
    public JsonObject OfJoining(uint node, string algorithm) => Of(node, algorithm).With("Initialize", "Join").With("Transport:Listen", AddressOf(node));

    /// <summary>What a node's signatures are checked with.</summary>
    public PublicKey PublicKeyOf(uint node) => _publicKeys[node - 1];

    /// <summary>Where a node is.</summary>
    public static string AddressOf(uint node) => (string)Settings.Member(node)["Address"]!;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string KeyFileOf(int node) => Path.Combine(_folder, $"node-{node}.signing.key");
}
