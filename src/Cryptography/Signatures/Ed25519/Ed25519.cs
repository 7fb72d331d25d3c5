using System.Runtime.CompilerServices;

namespace Consensus.Cryptography;

/// <summary>
/// Ed25519 (RFC 8032, section 5.1): signatures on edwards25519 with SHA-512, computed by a native library. 32-byte keys, 64-byte signatures, 128-bit security.
/// </summary>
/// <remarks>
/// <para>Replicas with different libraries must agree on every signature, or one of them sees a certificate where another sees none. So what the libraries
/// are known to judge differently is decided here, before they are asked: see <see cref="StrictEncoding"/>. The rest is the equation without the
/// cofactor, SB = R + kA; a library that uses another one is refused when it is loaded.</para>
/// <para>Made once, by whoever sets a node up. Immutable, and safe to use from any number of threads.</para>
/// </remarks>
public sealed class Ed25519 : ISignatureVerifier
{
    /// <summary>The length of the secret from which a key is made, in bytes.</summary>
    public const int SeedSize = 32;

    private readonly Ed25519Native _native;

    internal Ed25519(Ed25519Native native) => _native = native;

    /// <summary>The library that does it.</summary>
    public Ed25519Library Library => _native.Library;

    /// <summary>The library's name and version, as it says them itself.</summary>
    public string Version => _native.Version;

    /// <summary>Loads libsodium, or OpenSSL's libcrypto where there is none.</summary>
    /// <exception cref="ConsensusException">The machine has neither; the message says how to install one.</exception>
    public static Ed25519 Load() => Ed25519Loader.Load([Ed25519Library.Sodium, Ed25519Library.OpenSsl]);

    /// <summary>Loads one of the two.</summary>
    /// <param name="library">Which one.</param>
    /// <exception cref="ConsensusException">The machine does not have it; the message says how to install it.</exception>
    public static Ed25519 Load(Ed25519Library library) => Ed25519Loader.Load([library]);

    /// <summary>Whether bytes are in the only form that a key may have, and none of the few keys that belong to nobody. No signature is valid for any other bytes.</summary>
    /// <remarks>Whether they are a point of the curve is not looked at: that is arithmetic, and the library does it with each signature.</remarks>
    public static bool IsCanonical(in PublicKey key)
    {
        Span<byte> bytes = stackalloc byte[PublicKey.Size];
        key.CopyTo(bytes);
        return StrictEncoding.IsPoint(bytes);
    }

    /// <inheritdoc/>
    [SkipLocalsInit]
    public bool Verify(in PublicKey key, ReadOnlySpan<byte> message, in Signature signature)
    {
        Span<byte> keyBytes = stackalloc byte[PublicKey.Size];
        Span<byte> signatureBytes = stackalloc byte[Signature.Size];
        key.CopyTo(keyBytes);
        signature.CopyTo(signatureBytes);
        return StrictEncoding.IsPoint(keyBytes)
            && StrictEncoding.IsPoint(signatureBytes[..StrictEncoding.PointSize])
            && StrictEncoding.IsScalar(signatureBytes[StrictEncoding.PointSize..])
            && _native.Verify(keyBytes, message, signatureBytes);
    }

    /// <summary>Makes the key that belongs to a seed.</summary>
    /// <param name="seed">
    /// Exactly <see cref="SeedSize"/> bytes that nobody can guess. They come from the caller, since what is linked into a deterministic core draws no
    /// randomness; whoever passes them wipes them.
    /// </param>
    /// <exception cref="ArgumentException"><paramref name="seed"/> is not 32 bytes long.</exception>
    public Ed25519SigningKey CreateSigningKey(ReadOnlySpan<byte> seed) =>
        seed.Length == SeedSize
            ? new Ed25519SigningKey(_native.CreateSecret(seed))
            : throw new ArgumentException($"The seed of a signing key has {SeedSize} bytes; {seed.Length} were given.", nameof(seed));

    /// <summary>Reads a key from its text form, as <see cref="Ed25519SigningKey.ExportPem"/> and <c>openssl genpkey -algorithm ed25519</c> write it.</summary>
    /// <param name="pem">PKCS#8 in PEM form (RFC 8410, section 7), not encrypted, and nothing else.</param>
    /// <exception cref="FormatException">It is something else; the message says what, and nothing of the secret.</exception>
    public Ed25519SigningKey ImportPem(ReadOnlySpan<byte> pem) => SigningKeyPem.Read(pem, this);
}
