using System.Runtime.InteropServices;

namespace Consensus.Cryptography;

/// <summary>A secret key in memory of the native library, out of the reach of the garbage collector, which would copy it; wiped when it is released.</summary>
/// <remarks>A <see cref="SafeHandle"/>, so that a key that is disposed of while another thread signs is released after that.</remarks>
internal abstract class Ed25519Secret : SafeHandle
{
    /// <summary>Takes over a pointer to the secret.</summary>
    protected Ed25519Secret(nint secret)
        : base(invalidHandleValue: 0, ownsHandle: true) => SetHandle(secret);

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>The public key that belongs to it.</summary>
    public abstract PublicKey PublicKey { get; }

    /// <summary>Signs a message.</summary>
    /// <exception cref="ObjectDisposedException">The secret is wiped already.</exception>
    public abstract void Sign(ReadOnlySpan<byte> message, Span<byte> signature);

    /// <summary>Copies the seed out.</summary>
    /// <exception cref="ObjectDisposedException">The secret is wiped already.</exception>
    public abstract void CopySeedTo(Span<byte> seed);
}
