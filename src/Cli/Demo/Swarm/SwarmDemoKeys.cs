using System.Security.Cryptography;
using Consensus.Cryptography;

namespace Consensus.Cli.Demo.Swarm;

/// <summary>The signing keys of a demo's nodes.</summary>
internal sealed class SwarmDemoKeys : IDisposable
{
    private readonly Dictionary<NodeId, Ed25519SigningKey> _keys = [];

    /// <summary>New keys for nodes 1 to <paramref name="nodes"/>.</summary>
    public SwarmDemoKeys(int nodes)
    {
        var ed25519 = Ed25519.Load();
        Verifier = ed25519;
        Span<byte> seed = stackalloc byte[Ed25519.SeedSize];
        for (var number = 1u; number <= nodes; number++)
        {
            RandomNumberGenerator.Fill(seed);
            _keys.Add(new NodeId(number), ed25519.CreateSigningKey(seed));
        }

        CryptographicOperations.ZeroMemory(seed);
    }

    /// <summary>Checks signatures.</summary>
    public ISignatureVerifier Verifier { get; }

    /// <summary>A node's signer.</summary>
    public ISigner SignerOf(NodeId node) => _keys[node];

    /// <summary>A node's public key.</summary>
    public PublicKey? Find(NodeId node) => _keys.TryGetValue(node, out var key) ? key.PublicKey : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var key in _keys.Values)
        {
            key.Dispose();
        }
    }
}
