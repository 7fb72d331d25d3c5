namespace Consensus.Cryptography;

/// <summary>Sizes and tables of the BLAKE3 specification (section 2).</summary>
internal static class Blake3Constants
{
    /// <summary>Bytes that one compression takes in.</summary>
    public const int BlockSize = 64;

    /// <summary>Bytes of a leaf of the tree.</summary>
    public const int ChunkSize = 1024;

    /// <summary>Blocks of a full chunk.</summary>
    public const int BlocksPerChunk = ChunkSize / BlockSize;

    /// <summary>Bytes of a chaining value, a key, and a digest of the default length.</summary>
    public const int ChainingValueSize = 32;

    /// <summary>Rounds of a compression.</summary>
    public const int Rounds = 7;

    // The first four words of the initialization vector as numbers: the third row of every compression's state.

    public const uint Iv0 = 0x6A09E667;
    public const uint Iv1 = 0xBB67AE85;
    public const uint Iv2 = 0x3C6EF372;
    public const uint Iv3 = 0xA54FF53A;

    /// <summary>
    /// The initialization vector as little-endian bytes: the key of the unkeyed hash. Chaining values and keys are bytes everywhere
    /// outside a kernel, so that only kernels know about words and their order.
    /// </summary>
    public static ReadOnlySpan<byte> Iv =>
    [
        0x67, 0xE6, 0x09, 0x6A, 0x85, 0xAE, 0x67, 0xBB, 0x72, 0xF3, 0x6E, 0x3C, 0x3A, 0xF5, 0x4F, 0xA5,
        0x7F, 0x52, 0x0E, 0x51, 0x8C, 0x68, 0x05, 0x9B, 0xAB, 0xD9, 0x83, 0x1F, 0x19, 0xCD, 0xE0, 0x5B,
    ];

    /// <summary>
    /// For each round, the message words in the order in which its eight mixings take them: row r is row r - 1 after the message
    /// permutation (specification, table 2).
    /// </summary>
    public static ReadOnlySpan<byte> Schedule =>
    [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
        2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8,
        3, 4, 10, 12, 13, 2, 7, 14, 6, 5, 9, 0, 11, 15, 8, 1,
        10, 7, 12, 9, 14, 3, 13, 15, 4, 0, 11, 2, 5, 8, 1, 6,
        12, 13, 9, 11, 15, 10, 14, 8, 7, 2, 5, 3, 0, 1, 6, 4,
        9, 14, 11, 5, 8, 12, 15, 1, 13, 3, 0, 10, 2, 6, 4, 7,
        11, 15, 5, 0, 1, 9, 8, 6, 14, 10, 2, 12, 3, 4, 7, 13,
    ];
}
