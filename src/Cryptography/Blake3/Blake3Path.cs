namespace Consensus.Cryptography;

/// <summary>Which instructions compute the hash. Every path gives the same digest; a later one includes the earlier.</summary>
internal enum Blake3Path
{
    /// <summary>Plain 32-bit arithmetic; works everywhere, and the only path on a big-endian machine.</summary>
    Scalar,

    /// <summary>A block's state in four vectors of one row each; four chunks side by side.</summary>
    Vector128,

    /// <summary>Eight chunks side by side.</summary>
    Vector256,

    /// <summary>Sixteen chunks side by side.</summary>
    Vector512,
}
