using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Consensus.Cryptography;

/// <summary>Ed25519 of libsodium.</summary>
/// <remarks>No call allocates. Up to 1.0.18 libsodium checks the equation without the cofactor, as this project does; later versions multiply by it, and are refused by <see cref="Ed25519Probes"/>.</remarks>
internal sealed unsafe class SodiumEd25519 : Ed25519Native
{
    // Sizes of libsodium's secret key, which is the seed followed by the public key.
    private const int SecretSize = Ed25519.SeedSize + PublicKey.Size;

    private readonly delegate* unmanaged[Cdecl]<byte*, byte*, ulong, byte*, int> _verify;
    private readonly delegate* unmanaged[Cdecl]<byte*, ulong*, byte*, ulong, byte*, int> _sign;
    private readonly delegate* unmanaged[Cdecl]<byte*, byte*, byte*, int> _keyPairOfSeed;
    private readonly delegate* unmanaged[Cdecl]<nuint, void*> _allocate;
    private readonly delegate* unmanaged[Cdecl]<void*, void> _free;
    private readonly delegate* unmanaged[Cdecl]<void*, int> _makeReadOnly;

    /// <summary>Takes the functions out of the library.</summary>
    /// <exception cref="EntryPointNotFoundException">It is another library.</exception>
    /// <exception cref="CryptographicException">It does not work on this machine.</exception>
    public SodiumEd25519(NativeExports exports)
    {
        _verify = (delegate* unmanaged[Cdecl]<byte*, byte*, ulong, byte*, int>)exports["crypto_sign_ed25519_verify_detached"];
        _sign = (delegate* unmanaged[Cdecl]<byte*, ulong*, byte*, ulong, byte*, int>)exports["crypto_sign_ed25519_detached"];
        _keyPairOfSeed = (delegate* unmanaged[Cdecl]<byte*, byte*, byte*, int>)exports["crypto_sign_ed25519_seed_keypair"];
        _allocate = (delegate* unmanaged[Cdecl]<nuint, void*>)exports["sodium_malloc"];
        _free = (delegate* unmanaged[Cdecl]<void*, void>)exports["sodium_free"];
        _makeReadOnly = (delegate* unmanaged[Cdecl]<void*, int>)exports["sodium_mprotect_readonly"];

        // Picks the fastest code for the processor; may be called more than once and from any thread.
        var initialize = (delegate* unmanaged[Cdecl]<int>)exports["sodium_init"];
        if (initialize() < 0)
        {
            throw new CryptographicException("sodium_init failed");
        }

        var version = (delegate* unmanaged[Cdecl]<byte*>)exports["sodium_version_string"];
        Version = $"libsodium {Marshal.PtrToStringUTF8((nint)version())}";
    }

    /// <inheritdoc/>
    public override Ed25519Library Library => Ed25519Library.Sodium;

    /// <inheritdoc/>
    public override string Version { get; }

    /// <inheritdoc/>
    public override bool Verify(ReadOnlySpan<byte> key, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        fixed (byte* keyStart = key, messageStart = message, signatureStart = signature)
        {
            return _verify(signatureStart, messageStart, (ulong)message.Length, keyStart) == 0;
        }
    }

    /// <inheritdoc/>
    [SkipLocalsInit]
    public override Ed25519Secret CreateSecret(ReadOnlySpan<byte> seed)
    {
        // Locked in memory, between guard pages, wiped when it is freed.
        var secret = (byte*)_allocate(SecretSize);
        if (secret == null)
        {
            throw new CryptographicException("libsodium has no memory for a signing key: sodium_malloc failed.");
        }

        Span<byte> publicKey = stackalloc byte[PublicKey.Size];
        fixed (byte* seedStart = seed, publicKeyStart = publicKey)
        {
            _ = _keyPairOfSeed(publicKeyStart, secret, seedStart);
        }

        _ = _makeReadOnly(secret);
        return new Secret(this, secret, new PublicKey(publicKey));
    }

    private sealed class Secret(SodiumEd25519 library, byte* secret, PublicKey publicKey) : Ed25519Secret((nint)secret)
    {
        public override PublicKey PublicKey => publicKey;

        public override void Sign(ReadOnlySpan<byte> message, Span<byte> signature)
        {
            var isHeld = false;
            DangerousAddRef(ref isHeld);
            fixed (byte* messageStart = message, signatureStart = signature)
            {
                _ = library._sign(signatureStart, null, messageStart, (ulong)message.Length, (byte*)handle);
            }

            DangerousRelease();
        }

        public override void CopySeedTo(Span<byte> seed)
        {
            var isHeld = false;
            DangerousAddRef(ref isHeld);
            new ReadOnlySpan<byte>((byte*)handle, Ed25519.SeedSize).CopyTo(seed);
            DangerousRelease();
        }

        protected override bool ReleaseHandle()
        {
            library._free((byte*)handle);
            return true;
        }
    }
}
