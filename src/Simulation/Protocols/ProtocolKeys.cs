using Consensus.Cryptography;
using Consensus.Replication.Sessions;
using Consensus.Simulation.Observation;

namespace Consensus.Simulation.Runs;

/// <summary>The keys of one run: each replica signs with its own, and with no other.</summary>
internal sealed class ProtocolKeys
{
    // Nodes' keys have the nodes' numbers.
    private const ulong FirstClient = 1UL << 32;
    private const ulong TheOperator = 1UL << 33;
    private const int OperatorKeys = 3;

    private readonly SimulatedKeyRegistry _registry;
    private readonly ClusterId _cluster;
    private readonly SignatureRecord _signatures;

    /// <param name="seed">What the keys are made from.</param>
    /// <param name="cluster">The group.</param>
    /// <param name="members">How many members there are from the beginning, numbered from 1.</param>
    /// <param name="signatures">Takes note of all that is signed.</param>
    public ProtocolKeys(ulong seed, ClusterId cluster, int members, SignatureRecord signatures)
    {
        _signatures = signatures;
        _registry = new SimulatedKeyRegistry(seed);
        _cluster = cluster;
        ClientSignatures = new ClientSignatures(cluster, _registry);
        Members = SignerSet.Create(Enumerable.Range(1, members).Select(number => new NodeId((uint)number)).Select(id => new MemberKey(id, _registry.PublicKeyOf(id))));
    }

    /// <summary>The members and their keys.</summary>
    public SignerSet Members { get; }

    /// <summary>The key of a node, member or not.</summary>
    public PublicKey KeyOf(NodeId node) => _registry.PublicKeyOf(node);

    /// <summary>Sign what the group's operator orders; the group begins with the first.</summary>
    public IReadOnlyList<ISigner> Operators => [.. Enumerable.Range(0, OperatorKeys).Select(number => _registry.CreateSigner(TheOperator + (ulong)number))];

    /// <summary>Checks what clients have signed.</summary>
    public ClientSignatures ClientSignatures { get; }

    /// <summary>Signs the requests of a client, in its own name and in nobody else's.</summary>
    public RequestSigner OfClient(int number) => new(_cluster, _registry.CreateSigner(FirstClient + (ulong)number));

    /// <summary>What a replica's engine is made from. Twins have the same.</summary>
    public SimulatedProtocolContext For(NodeId self) => new()
    {
        Cluster = _cluster,
        Members = Members,
        Signer = _signatures.Watch(self, _registry.CreateSigner(self)),
        Verifier = _registry,
        Operator = Operators[0].PublicKey,
    };
}
