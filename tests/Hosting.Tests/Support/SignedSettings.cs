using System.Text.Json.Nodes;
using Consensus.Cryptography;

namespace Consensus.Hosting.Tests;

/// <summary>Configurations of four nodes that sign, and their keys in a folder.</summary>
internal sealed class SignedSettings : IDisposable
{
    public const int Nodes = 4;

    private readonly string _folder = Directory.CreateTempSubdirectory("consensus-signed-").FullName;
    private readonly PublicKey[] _publicKeys = new PublicKey[Nodes];

    public SignedSettings()
    {
        var ed25519 = Ed25519.Load();
        for (var i = 0; i < Nodes; i++)
        {
            using var key = SigningKeyFile.Generate(ed25519);
            SigningKeyFile.Write(KeyFileOf(i + 1), key);
            _publicKeys[i] = key.PublicKey;
        }
    }

    /// <summary>A valid section for a node of four.</summary>
    public JsonObject Of(uint node, string algorithm) => Cluster.Section(node)
        .With("Algorithm", algorithm)
        .With("Members", new JsonArray([.. _publicKeys.Select((key, i) => (JsonNode)Settings.Member((uint)i + 1).With("PublicKey", $"{key}"))]))
        .With("SigningKeyFile", KeyFileOf((int)node));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string KeyFileOf(int node) => Path.Combine(_folder, $"node-{node}.signing.key");
}
