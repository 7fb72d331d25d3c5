using Consensus.Cryptography;

namespace Consensus.Simulation.Runs;

/// <summary>The keys of one run: each replica signs with its own, and with no other.</summary>
internal sealed class ProtocolKeys
{
    private readonly SimulatedKeyRegistry _registry;
    private readonly ClusterId _cluster;
    private readonly SignerSet _members;

    /// <param name="seed">What the keys are made from.</param>
    /// <param name="cluster">The group.</param>
    /// <param name="members">How many members there are from the beginning, numbered from 1.</param>
    public ProtocolKeys(ulong seed, ClusterId cluster, int members)
    {
        _registry = new SimulatedKeyRegistry(seed);
        _cluster = cluster;
        _members = SignerSet.Create(Enumerable.Range(1, members).Select(number => new NodeId((uint)number)).Select(id => new MemberKey(id, _registry.PublicKeyOf(id))));
    }

    /// <summary>What a replica's engine is made from. Twins have the same.</summary>
    public SimulatedProtocolContext For(NodeId self) => new()
    {
        Cluster = _cluster,
        Members = _members,
        Signer = _registry.CreateSigner(self),
        Verifier = _registry,
    };
}
