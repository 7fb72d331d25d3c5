namespace Consensus.Cryptography.Tests;

/// <summary>Keys of an epoch whose signatures are keyed hashes. The verifier knows every secret and counts what it is asked.</summary>
internal sealed class FakeKeys : ISignatureVerifier
{
    private readonly Dictionary<PublicKey, byte[]> _secrets = [];

    public int Verifications { get; private set; }

    public static SigningDomain Domain(int seed = 1) => new(new ClusterId(new Guid(seed, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)), new Epoch((ulong)seed), Blake3.Hash([(byte)seed]));

    public static Digest Hash(int seed) => Blake3.Hash(BitConverter.GetBytes(seed));

    public ISigner Signer(uint node)
    {
        var secret = Inputs.Random(Blake3.KeySize, (int)node);
        Span<byte> key = stackalloc byte[PublicKey.Size];
        Blake3.Hash(secret, key);
        var publicKey = new PublicKey(key);
        _secrets[publicKey] = secret;
        return new KeyedHash(publicKey, secret);
    }

    /// <summary>Nodes 10, 20, ... so that a place is never mistaken for an id.</summary>
    public SignerSet Members(int count) => SignerSet.Create(Enumerable.Range(1, count).Select(i => new MemberKey(new NodeId((uint)(10 * i)), Signer((uint)(10 * i)).PublicKey)));

    public bool Verify(in PublicKey key, ReadOnlySpan<byte> message, in Signature signature)
    {
        Verifications++;
        return _secrets.TryGetValue(key, out var secret) && Sign(secret, message) == signature;
    }

    public SignedStatement Sign(uint node, in Statement statement) => new(statement, new NodeId(node), statement.Sign(Signer(node)));

    public QuorumCertificate Certify(in Statement statement, params uint[] nodes)
    {
        var signed = statement;
        return new QuorumCertificate(statement, [.. nodes.Select(node => new MemberSignature(new NodeId(node), Sign(node, signed).Signature))]);
    }

    private static Signature Sign(byte[] secret, ReadOnlySpan<byte> message)
    {
        Span<byte> bytes = stackalloc byte[Signature.Size];
        Blake3.KeyedHash(secret, message, bytes);
        return new Signature(bytes);
    }

    private sealed class KeyedHash(PublicKey key, byte[] secret) : ISigner
    {
        public PublicKey PublicKey => key;

        public Signature Sign(ReadOnlySpan<byte> message) => FakeKeys.Sign(secret, message);
    }
}
