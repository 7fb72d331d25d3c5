namespace Consensus.Cryptography;

/// <summary>What distinguishes one run of compressions from another: its counter and its flags.</summary>
/// <param name="Counter">The chunk's number in the input, the block's number in the output, or zero for a parent.</param>
/// <param name="Flags">The flags of every block.</param>
/// <param name="First">The flags that the first block has besides.</param>
/// <param name="Last">The flags that the last block has besides.</param>
internal readonly record struct Blake3Compression(ulong Counter, Blake3Flags Flags, Blake3Flags First, Blake3Flags Last)
{
    /// <summary>The compressions of a whole chunk.</summary>
    public static Blake3Compression Chunk(ulong number, Blake3Flags flags) =>
        new(number, flags, Blake3Flags.ChunkStart, Blake3Flags.ChunkEnd);

    /// <summary>The single compression of a parent.</summary>
    public static Blake3Compression Parent(Blake3Flags flags) =>
        new(0, flags | Blake3Flags.Parent, Blake3Flags.None, Blake3Flags.None);

    /// <summary>The same compressions as the last of the whole tree.</summary>
    public Blake3Compression AsRoot() => this with { Last = Last | Blake3Flags.Root };
}
