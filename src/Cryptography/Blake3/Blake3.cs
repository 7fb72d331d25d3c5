namespace Consensus.Cryptography;

/// <summary>
/// The BLAKE3 hash function of an input that lies in memory: unkeyed, keyed, and as a key-derivation function, each with output of any
/// length. For input that comes in pieces there is <see cref="Blake3Hasher"/>.
/// </summary>
/// <remarks>
/// <para>Specification: O'Connor, Aumasson, Neves, Wilcox-O'Hearn, "BLAKE3: one function, fast everywhere". 256-bit digests, 128-bit
/// security against collisions. The key has 32 bytes, the input less than 2^64 bytes.</para>
/// <para>Nothing here allocates, and everything is safe to call from several threads. The fastest instructions that the machine has are
/// used; the result does not depend on them. Output may overlap input.</para>
/// </remarks>
public static class Blake3
{
    /// <summary>The length of a key in bytes.</summary>
    public const int KeySize = 32;

    /// <summary>Computes the digest of <paramref name="input"/>.</summary>
    /// <param name="input">What to hash.</param>
    /// <returns>The first 32 bytes of the output.</returns>
    public static Digest Hash(ReadOnlySpan<byte> input) => Blake3Tree.Hash(Blake3Mode.Hash(Blake3Paths.Best), input);

    /// <summary>Fills <paramref name="output"/> with the output for <paramref name="input"/>.</summary>
    /// <param name="input">What to hash.</param>
    /// <param name="output">Any length. Shorter output is a prefix of longer.</param>
    public static void Hash(ReadOnlySpan<byte> input, Span<byte> output) =>
        Blake3Tree.Hash(Blake3Mode.Hash(Blake3Paths.Best), input, output);

    /// <summary>Computes the digest of <paramref name="input"/> under a key: a message authentication code.</summary>
    /// <param name="key">Exactly <see cref="KeySize"/> bytes.</param>
    /// <param name="input">What to hash.</param>
    /// <returns>The first 32 bytes of the output.</returns>
    /// <exception cref="ArgumentException"><paramref name="key"/> is not 32 bytes long.</exception>
    public static Digest KeyedHash(ReadOnlySpan<byte> key, ReadOnlySpan<byte> input) =>
        Blake3Tree.Hash(Blake3Mode.Keyed(key, Blake3Paths.Best), input);

    /// <summary>Fills <paramref name="output"/> with the output for <paramref name="input"/> under a key.</summary>
    /// <param name="key">Exactly <see cref="KeySize"/> bytes.</param>
    /// <param name="input">What to hash.</param>
    /// <param name="output">Any length. Shorter output is a prefix of longer.</param>
    /// <exception cref="ArgumentException"><paramref name="key"/> is not 32 bytes long.</exception>
    public static void KeyedHash(ReadOnlySpan<byte> key, ReadOnlySpan<byte> input, Span<byte> output) =>
        Blake3Tree.Hash(Blake3Mode.Keyed(key, Blake3Paths.Best), input, output);

    /// <summary>Derives a 32-byte key for one purpose from key material.</summary>
    /// <param name="context">
    /// The purpose, in UTF-8: hard-coded, globally unique, and never made of anything that a user or a peer supplies. A good form is
    /// "application, date and time, purpose".
    /// </param>
    /// <param name="keyMaterial">A secret of any length, but not a password.</param>
    /// <returns>The first 32 bytes of the output.</returns>
    public static Digest DeriveKey(ReadOnlySpan<byte> context, ReadOnlySpan<byte> keyMaterial)
    {
        Span<byte> contextKey = stackalloc byte[KeySize];
        return Blake3Tree.Hash(Blake3Mode.DeriveKey(context, contextKey, Blake3Paths.Best), keyMaterial);
    }

    /// <summary>Derives keys of any length for one purpose from key material.</summary>
    /// <param name="context">The purpose, as for <see cref="DeriveKey(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>.</param>
    /// <param name="keyMaterial">A secret of any length, but not a password.</param>
    /// <param name="output">Any length. Shorter output is a prefix of longer.</param>
    public static void DeriveKey(ReadOnlySpan<byte> context, ReadOnlySpan<byte> keyMaterial, Span<byte> output)
    {
        Span<byte> contextKey = stackalloc byte[KeySize];
        Blake3Tree.Hash(Blake3Mode.DeriveKey(context, contextKey, Blake3Paths.Best), keyMaterial, output);
    }
}
