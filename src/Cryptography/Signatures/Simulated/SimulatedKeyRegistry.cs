using System.Buffers.Binary;

namespace Consensus.Cryptography;

/// <summary>Signatures for simulations and tests: as hard to forge as real ones for whoever has only what the registry hands out, and a hundred times cheaper.</summary>
/// <remarks>
/// <para>A signature is the keyed BLAKE3 hash, 64 bytes long, of the message, under a key that only the registry can derive from its secret and the public key. So
/// an adversary signs with the signers it was given, and with nobody else's; and it cannot change a signature and keep it valid, since there is one for each
/// message.</para>
/// <para>Not for production: whoever verifies can also sign. It accepts nothing that another registry, or a real key, has signed. The same seed gives the
/// same keys and signatures. Immutable, and safe to use from any number of threads; nothing allocates but making a signer.</para>
/// </remarks>
public sealed class SimulatedKeyRegistry : ISignatureVerifier
{
    private readonly Digest _identitySecret;
    private readonly Digest _signingSecret;

    /// <summary>Makes a registry.</summary>
    /// <param name="seed">The seed of the run.</param>
    public SimulatedKeyRegistry(ulong seed)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, seed);
        _identitySecret = Blake3.DeriveKey("Consensus.Framework simulated public keys v1"u8, bytes);
        _signingSecret = Blake3.DeriveKey("Consensus.Framework simulated signing keys v1"u8, bytes);
    }

    /// <summary>What signs as a node. Asked for twice, both are the same node: that is how it signs after a restart, and how its evil twin does.</summary>
    public ISigner CreateSigner(NodeId node) => CreateSigner(node.Value);

    /// <summary>What signs as the owner of a number, such as a client's.</summary>
    public ISigner CreateSigner(ulong number)
    {
        var key = PublicKeyOf(number);
        return new SimulatedSigner(key, SigningKeyOf(key));
    }

    /// <summary>The public key of a node.</summary>
    public PublicKey PublicKeyOf(NodeId node) => PublicKeyOf(node.Value);

    /// <summary>The public key of the owner of a number.</summary>
    public PublicKey PublicKeyOf(ulong number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        Span<byte> identity = stackalloc byte[PublicKey.Size];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, number);
        Hash(_identitySecret, bytes, identity);
        return new PublicKey(identity);
    }

    /// <inheritdoc/>
    public bool Verify(in PublicKey key, ReadOnlySpan<byte> message, in Signature signature) => Sign(SigningKeyOf(key), message) == signature;

    /// <summary>The only signature of a message under a signing key.</summary>
    internal static Signature Sign(in Digest signingKey, ReadOnlySpan<byte> message)
    {
        Span<byte> bytes = stackalloc byte[Signature.Size];
        Hash(signingKey, message, bytes);
        return new Signature(bytes);
    }

    private static void Hash(in Digest key, ReadOnlySpan<byte> input, Span<byte> output)
    {
        Span<byte> keyBytes = stackalloc byte[Digest.Size];
        key.CopyTo(keyBytes);
        Blake3.KeyedHash(keyBytes, input, output);
    }

    private Digest SigningKeyOf(in PublicKey key)
    {
        Span<byte> secret = stackalloc byte[Digest.Size];
        Span<byte> bytes = stackalloc byte[PublicKey.Size];
        _signingSecret.CopyTo(secret);
        key.CopyTo(bytes);
        return Blake3.KeyedHash(secret, bytes);
    }
}
