using System.Runtime.CompilerServices;

namespace Consensus.Cryptography;

/// <summary>An Ed25519 private key: signs in the name of its owner (RFC 8032, section 5.1.6).</summary>
/// <remarks>
/// The secret lies in memory of the native library and is wiped when the key is disposed of; with libsodium that memory is locked and guarded as well. It
/// leaves only through <see cref="ExportSeed"/> and <see cref="ExportPem"/>: nothing that is printed has it. Safe to use from any number of threads.
/// </remarks>
public sealed class Ed25519SigningKey : ISigner, IDisposable
{
    private readonly Ed25519Secret _secret;
    private volatile bool _isDisposed;

    internal Ed25519SigningKey(Ed25519Secret secret)
    {
        _secret = secret;
        PublicKey = secret.PublicKey;
    }

    /// <summary>The length of a key in text form, in bytes.</summary>
    public static int PemSize => SigningKeyPem.Size;

    /// <inheritdoc/>
    public PublicKey PublicKey { get; }

    /// <summary>The secret while it may be used. A handle alone can be taken as long as others hold it: threads that sign without a pause would keep it for ever.</summary>
    private Ed25519Secret Secret
    {
        get
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _secret;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The key is wiped.</exception>
    [SkipLocalsInit]
    public Signature Sign(ReadOnlySpan<byte> message)
    {
        Span<byte> signature = stackalloc byte[Signature.Size];
        Secret.Sign(message, signature);
        return new Signature(signature);
    }

    /// <summary>Copies the secret out. Whoever takes it wipes it.</summary>
    /// <param name="destination">Exactly <see cref="Ed25519.SeedSize"/> bytes.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is not 32 bytes long.</exception>
    /// <exception cref="ObjectDisposedException">The key is wiped.</exception>
    public void ExportSeed(Span<byte> destination)
    {
        if (destination.Length != Ed25519.SeedSize)
        {
            throw new ArgumentException($"The seed of a signing key has {Ed25519.SeedSize} bytes; there is room for {destination.Length}.", nameof(destination));
        }

        Secret.CopySeedTo(destination);
    }

    /// <summary>Writes the secret as text: PKCS#8 in PEM form (RFC 8410, section 7), as <c>openssl pkey</c> reads it. Whoever takes it wipes it.</summary>
    /// <param name="destination">Exactly <see cref="PemSize"/> bytes.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> has another length.</exception>
    /// <exception cref="ObjectDisposedException">The key is wiped.</exception>
    public void ExportPem(Span<byte> destination)
    {
        if (destination.Length != PemSize)
        {
            throw new ArgumentException($"A signing key in text form has {PemSize} bytes; there is room for {destination.Length}.", nameof(destination));
        }

        SigningKeyPem.Write(this, destination);
    }

    /// <summary>Wipes the secret, once nobody is using it any more.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _secret.Dispose();
    }

    /// <summary>The public key.</summary>
    public override string ToString() => $"signing key of {PublicKey}";
}
