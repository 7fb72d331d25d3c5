using Consensus.Byzantine;
using Consensus.Cryptography;
using Consensus.Hosting;

namespace Consensus.Cli.Cluster;

/// <summary>Keys for the nodes of a cluster in this process, made for it and never written down.</summary>
internal sealed class LocalIdentities : IDisposable
{
    private const int VerifiedCapacity = 16 * 1024;

    private readonly Ed25519 _ed25519 = Ed25519.Load();
    private readonly Dictionary<NodeId, Ed25519SigningKey> _keys;
    private readonly SignerSet _members;
    private readonly SigningDomain _domain;

    /// <param name="cluster">The cluster.</param>
    /// <param name="nodes">All its nodes.</param>
    public LocalIdentities(ClusterId cluster, IEnumerable<NodeId> nodes)
    {
        _keys = nodes.ToDictionary(node => node, _ => SigningKeyFile.Generate(_ed25519));
        _members = SignerSet.Create(_keys.Select(pair => new MemberKey(pair.Key, pair.Value.PublicKey)), faultsTolerated: 1);
        _domain = new SigningDomain(cluster, Epoch.Zero, _members.Hash);
    }

    /// <summary>Who signs for a node in one of its lives. What an earlier life has verified is forgotten, as after a restart of its process.</summary>
    public ByzantineIdentity Of(NodeId node) =>
        new(node, _keys[node], new StatementVerifier(_domain, _members, _ed25519, new VerifiedSignatures(VerifiedCapacity)));

    /// <summary>Wipes the keys.</summary>
    public void Dispose()
    {
        foreach (var key in _keys.Values)
        {
            key.Dispose();
        }
    }
}
