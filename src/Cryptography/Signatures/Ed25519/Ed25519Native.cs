namespace Consensus.Cryptography;

/// <summary>What is asked of a native library. Implementations live as long as the process: a library is never unloaded.</summary>
/// <remarks>Lengths are the caller's business: keys and seeds of 32 bytes, signatures of 64. Safe to use from any number of threads.</remarks>
internal abstract class Ed25519Native
{
    /// <summary>Which library it is.</summary>
    public abstract Ed25519Library Library { get; }

    /// <summary>Its name and version.</summary>
    public abstract string Version { get; }

    /// <summary>Whether the library holds a signature for valid.</summary>
    public abstract bool Verify(ReadOnlySpan<byte> key, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature);

    /// <summary>Takes a seed into the library's own memory.</summary>
    public abstract Ed25519Secret CreateSecret(ReadOnlySpan<byte> seed);
}
