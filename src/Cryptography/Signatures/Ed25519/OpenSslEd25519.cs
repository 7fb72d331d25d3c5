using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Consensus.Cryptography;

/// <summary>Ed25519 of OpenSSL's libcrypto, version 3 or later.</summary>
/// <remarks>
/// No call allocates managed memory. Each verification makes a key object and a context of OpenSSL's, 5 and 4 µs of about 150. They are not kept: a cache
/// that many threads share, of objects that none of them may free while another uses one, is not worth the twentieth part that it would save.
/// </remarks>
internal sealed unsafe class OpenSslEd25519 : Ed25519Native
{
    // NID_ED25519 of obj_mac.h.
    private const int KeyType = 1087;
    private const int Success = 1;
    private const uint VersionMin = 0x3000_0000;

    private readonly delegate* unmanaged[Cdecl]<int, void*, byte*, nuint, void*> _newPublicKey;
    private readonly delegate* unmanaged[Cdecl]<int, void*, byte*, nuint, void*> _newPrivateKey;
    private readonly delegate* unmanaged[Cdecl]<void*, byte*, nuint*, int> _getPublicKey;
    private readonly delegate* unmanaged[Cdecl]<void*, byte*, nuint*, int> _getPrivateKey;
    private readonly delegate* unmanaged[Cdecl]<void*, void> _freeKey;
    private readonly delegate* unmanaged[Cdecl]<void*> _newContext;
    private readonly delegate* unmanaged[Cdecl]<void*, void> _freeContext;
    private readonly delegate* unmanaged[Cdecl]<void*, void**, void*, void*, void*, int> _verifyInitialize;
    private readonly delegate* unmanaged[Cdecl]<void*, byte*, nuint, byte*, nuint, int> _verify;
    private readonly delegate* unmanaged[Cdecl]<void*, void**, void*, void*, void*, int> _signInitialize;
    private readonly delegate* unmanaged[Cdecl]<void*, byte*, nuint*, byte*, nuint, int> _sign;
    private readonly delegate* unmanaged[Cdecl]<void> _clearErrors;

    /// <summary>Takes the functions out of the library.</summary>
    /// <exception cref="EntryPointNotFoundException">It is another library.</exception>
    /// <exception cref="CryptographicException">It is too old.</exception>
    public OpenSslEd25519(NativeExports exports)
    {
        var versionNumber = (delegate* unmanaged[Cdecl]<CULong>)exports["OpenSSL_version_num"];
        var version = (delegate* unmanaged[Cdecl]<int, byte*>)exports["OpenSSL_version"];
        Version = Marshal.PtrToStringUTF8((nint)version(0)) ?? "OpenSSL";
        if (versionNumber().Value < VersionMin)
        {
            throw new CryptographicException($"it is {Version}, and 3.0 or later is needed");
        }

        _newPublicKey = (delegate* unmanaged[Cdecl]<int, void*, byte*, nuint, void*>)exports["EVP_PKEY_new_raw_public_key"];
        _newPrivateKey = (delegate* unmanaged[Cdecl]<int, void*, byte*, nuint, void*>)exports["EVP_PKEY_new_raw_private_key"];
        _getPublicKey = (delegate* unmanaged[Cdecl]<void*, byte*, nuint*, int>)exports["EVP_PKEY_get_raw_public_key"];
        _getPrivateKey = (delegate* unmanaged[Cdecl]<void*, byte*, nuint*, int>)exports["EVP_PKEY_get_raw_private_key"];
        _freeKey = (delegate* unmanaged[Cdecl]<void*, void>)exports["EVP_PKEY_free"];
        _newContext = (delegate* unmanaged[Cdecl]<void*>)exports["EVP_MD_CTX_new"];
        _freeContext = (delegate* unmanaged[Cdecl]<void*, void>)exports["EVP_MD_CTX_free"];
        _verifyInitialize = (delegate* unmanaged[Cdecl]<void*, void**, void*, void*, void*, int>)exports["EVP_DigestVerifyInit"];
        _verify = (delegate* unmanaged[Cdecl]<void*, byte*, nuint, byte*, nuint, int>)exports["EVP_DigestVerify"];
        _signInitialize = (delegate* unmanaged[Cdecl]<void*, void**, void*, void*, void*, int>)exports["EVP_DigestSignInit"];
        _sign = (delegate* unmanaged[Cdecl]<void*, byte*, nuint*, byte*, nuint, int>)exports["EVP_DigestSign"];
        _clearErrors = (delegate* unmanaged[Cdecl]<void>)exports["ERR_clear_error"];
    }

    /// <inheritdoc/>
    public override Ed25519Library Library => Ed25519Library.OpenSsl;

    /// <inheritdoc/>
    public override string Version { get; }

    /// <inheritdoc/>
    public override bool Verify(ReadOnlySpan<byte> key, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        void* publicKey = null;
        void* context = null;
        try
        {
            fixed (byte* keyStart = key, messageStart = message, signatureStart = signature)
            {
                publicKey = _newPublicKey(KeyType, null, keyStart, (nuint)key.Length);
                Require(publicKey != null, "EVP_PKEY_new_raw_public_key");
                context = _newContext();
                Require(context != null, "EVP_MD_CTX_new");
                Require(_verifyInitialize(context, null, null, null, publicKey) == Success, "EVP_DigestVerifyInit");

                // An empty span has no address, and OpenSSL is handed one all the same: a null message means another thing to some of its functions.
                byte none;
                var start = message.IsEmpty ? &none : messageStart;
                if (_verify(context, signatureStart, (nuint)signature.Length, start, (nuint)message.Length) == Success)
                {
                    return true;
                }
            }
        }
        finally
        {
            _freeContext(context);
            _freeKey(publicKey);
        }

        // What a peer got wrong is no error of whatever uses OpenSSL on this thread next.
        _clearErrors();
        return false;
    }

    /// <inheritdoc/>
    [SkipLocalsInit]
    public override Ed25519Secret CreateSecret(ReadOnlySpan<byte> seed)
    {
        Span<byte> publicKey = stackalloc byte[PublicKey.Size];
        fixed (byte* seedStart = seed, publicKeyStart = publicKey)
        {
            var key = _newPrivateKey(KeyType, null, seedStart, (nuint)seed.Length);
            Require(key != null, "EVP_PKEY_new_raw_private_key");
            nuint length = PublicKey.Size;
            if (_getPublicKey(key, publicKeyStart, &length) == Success)
            {
                return new Secret(this, key, new PublicKey(publicKey));
            }

            _freeKey(key);
            throw Failure("EVP_PKEY_get_raw_public_key");
        }
    }

    /// <summary>Fails when the library cannot work at all. No input of a peer leads here.</summary>
    private void Require(bool succeeded, string function)
    {
        if (!succeeded)
        {
            throw Failure(function);
        }
    }

    private CryptographicException Failure(string function)
    {
        _clearErrors();
        return new CryptographicException($"{Version} cannot compute Ed25519: {function} failed; out of memory, or its configuration allows no Ed25519.");
    }

    private sealed class Secret(OpenSslEd25519 library, void* key, PublicKey publicKey) : Ed25519Secret((nint)key)
    {
        public override PublicKey PublicKey => publicKey;

        public override void Sign(ReadOnlySpan<byte> message, Span<byte> signature)
        {
            var isHeld = false;
            void* context = null;
            try
            {
                DangerousAddRef(ref isHeld);
                context = library._newContext();
                library.Require(context != null, "EVP_MD_CTX_new");
                library.Require(library._signInitialize(context, null, null, null, (void*)handle) == Success, "EVP_DigestSignInit");
                fixed (byte* messageStart = message, signatureStart = signature)
                {
                    byte none;
                    nuint length = Signature.Size;
                    var start = message.IsEmpty ? &none : messageStart;
                    library.Require(library._sign(context, signatureStart, &length, start, (nuint)message.Length) == Success, "EVP_DigestSign");
                }
            }
            finally
            {
                library._freeContext(context);
                if (isHeld)
                {
                    DangerousRelease();
                }
            }
        }

        public override void CopySeedTo(Span<byte> seed)
        {
            var isHeld = false;
            try
            {
                DangerousAddRef(ref isHeld);
                fixed (byte* seedStart = seed)
                {
                    nuint length = Ed25519.SeedSize;
                    library.Require(library._getPrivateKey((void*)handle, seedStart, &length) == Success, "EVP_PKEY_get_raw_private_key");
                }
            }
            finally
            {
                if (isHeld)
                {
                    DangerousRelease();
                }
            }
        }

        // OpenSSL clears a private key before it frees it.
        protected override bool ReleaseHandle()
        {
            library._freeKey((void*)handle);
            return true;
        }
    }
}
