using Consensus.Byzantine;
using Consensus.Cryptography;
using Consensus.Hosting;
using Consensus.Hybrid;

namespace Consensus.Cli.Cluster;

/// <summary>Keys for the nodes of a cluster in this process, made for it and never written down.</summary>
internal sealed class LocalIdentities : IDisposable
{
    private const int VerifiedCapacity = 16 * 1024;

    private readonly Ed25519 _ed25519 = Ed25519.Load();
    private readonly Dictionary<NodeId, Ed25519SigningKey> _keys;
    private readonly SignerSet _members;
    private readonly SigningDomain _domain;
    private readonly Ed25519SigningKey _operator;

    /// <param name="cluster">The cluster.</param>
    /// <param name="nodes">All its nodes.</param>
    public LocalIdentities(ClusterId cluster, IEnumerable<NodeId> nodes)
    {
        _operator = SigningKeyFile.Generate(_ed25519);
        _keys = nodes.ToDictionary(node => node, _ => SigningKeyFile.Generate(_ed25519));
        _members = SignerSet.Create(_keys.Select(pair => new MemberKey(pair.Key, pair.Value.PublicKey)), faultsTolerated: 1);
        _domain = new SigningDomain(cluster, Epoch.Zero, _members.Hash);
    }

    /// <summary>Who signs for a node in one of its lives. What an earlier life has verified is forgotten, as after a restart of its process.</summary>
    public ByzantineIdentity Of(NodeId node) =>
        new(node, _keys[node], new StatementVerifier(_domain, _members, _ed25519, new VerifiedSignatures(VerifiedCapacity)));

    /// <inheritdoc cref="Of"/>
    public HybridIdentity OfEpochs(NodeId node) => new(node, _keys[node], _ed25519, new VerifiedSignatures(VerifiedCapacity));

    /// <summary>What a hybrid of these nodes begins with.</summary>
    public EpochDescriptor FirstEpoch(EpochProtocol protocol) => EpochDescriptor.First(_domain.Cluster, protocol, _members, [_operator.PublicKey]);

    /// <summary>An operator's order to end an epoch.</summary>
    public SealOrder Order(ConsensusStatus running, EpochProtocol next) =>
        SealOrder.Give(new SigningDomain(_domain.Cluster, running.Epoch, running.RunningEpoch!.Id), new NextEpoch(next), _operator);

    /// <summary>Wipes the keys.</summary>
    public void Dispose()
    {
        _operator.Dispose();
        foreach (var key in _keys.Values)
        {
            key.Dispose();
        }
    }
}
