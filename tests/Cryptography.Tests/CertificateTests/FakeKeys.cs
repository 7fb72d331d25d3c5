namespace Consensus.Cryptography.Tests;

/// <summary>Keys of an epoch, simulated. Counts what it is asked to verify.</summary>
internal sealed class FakeKeys : ISignatureVerifier
{
    private readonly SimulatedKeyRegistry _keys = new(1);

    public int Verifications { get; private set; }

    public static SigningDomain Domain(int seed = 1) => new(new ClusterId(new Guid(seed, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)), new Epoch((ulong)seed), Blake3.Hash([(byte)seed]));

    public static Digest Hash(int seed) => Blake3.Hash(BitConverter.GetBytes(seed));

    public ISigner Signer(uint node) => _keys.CreateSigner(new NodeId(node));

    /// <summary>Nodes 10, 20, ... so that a place is never mistaken for an id.</summary>
    public SignerSet Members(int count) => SignerSet.Create(Enumerable.Range(1, count).Select(i => new MemberKey(new NodeId((uint)(10 * i)), Signer((uint)(10 * i)).PublicKey)));

    public bool Verify(in PublicKey key, ReadOnlySpan<byte> message, in Signature signature)
    {
        Verifications++;
        return _keys.Verify(key, message, signature);
    }

    public SignedStatement Sign(uint node, in Statement statement) => new(statement, new NodeId(node), statement.Sign(Signer(node)));

    public QuorumCertificate Certify(in Statement statement, params uint[] nodes)
    {
        var signed = statement;
        return new QuorumCertificate(statement, [.. nodes.Select(node => new MemberSignature(new NodeId(node), Sign(node, signed).Signature))]);
    }
}
