namespace Consensus.Cryptography;

/// <summary>
/// One of the three modes (specification, section 2.3): the key that every chunk and parent starts from, and the mode's flag.
/// </summary>
internal readonly ref struct Blake3Mode
{
    public Blake3Mode(ReadOnlySpan<byte> key, Blake3Flags flags, Blake3Path path)
    {
        Key = key;
        Flags = flags;
        Path = path;
    }

    /// <summary>32 bytes.</summary>
    public ReadOnlySpan<byte> Key { get; }

    public Blake3Flags Flags { get; }

    /// <summary>How to compute it; the result does not depend on it.</summary>
    public Blake3Path Path { get; }

    /// <summary>The mode without a key.</summary>
    public static Blake3Mode Hash(Blake3Path path) => new(Blake3Constants.Iv, Blake3Flags.None, path);

    /// <summary>The keyed mode.</summary>
    /// <exception cref="ArgumentException"><paramref name="key"/> is not 32 bytes long.</exception>
    public static Blake3Mode Keyed(ReadOnlySpan<byte> key, Blake3Path path)
    {
        if (key.Length != Blake3.KeySize)
        {
            throw new ArgumentException($"A BLAKE3 key has {Blake3.KeySize} bytes; {key.Length} were given.", nameof(key));
        }

        return new Blake3Mode(key, Blake3Flags.KeyedHash, path);
    }

    /// <summary>The key-derivation mode: its key is the digest of the context, in a mode of its own.</summary>
    /// <param name="context">What the derived key is for.</param>
    /// <param name="contextKey">32 bytes to keep that digest in, for as long as the mode is used.</param>
    /// <param name="path">How to compute it.</param>
    public static Blake3Mode DeriveKey(ReadOnlySpan<byte> context, Span<byte> contextKey, Blake3Path path)
    {
        Blake3Tree.Hash(new Blake3Mode(Blake3Constants.Iv, Blake3Flags.DeriveKeyContext, path), context, contextKey);
        return new Blake3Mode(contextKey, Blake3Flags.DeriveKeyMaterial, path);
    }
}
