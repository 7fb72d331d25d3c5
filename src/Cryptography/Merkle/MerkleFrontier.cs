using System.Numerics;

namespace Consensus.Cryptography;

/// <summary>The right edge of a growing tree: enough to append leaves and to know the root, in memory for the logarithm of their number.</summary>
/// <remarks>The root is that of a <see cref="MerkleTree"/> of the same leaves. Not safe for use by several threads at once.</remarks>
public sealed class MerkleFrontier
{
    // One complete subtree for each set bit of the count; the one of 2^i leaves at place i.
    private readonly Digest[] _subtrees = new Digest[MerkleProof.PathLengthMax];

    /// <summary>The number of leaves so far.</summary>
    public ulong Count { get; private set; }

    /// <summary>Appends a leaf that holds bytes.</summary>
    public void Append(ReadOnlySpan<byte> leaf) => Push(MerkleHash.Leaf(leaf));

    /// <summary>Appends a leaf that holds a digest.</summary>
    public void Append(in Digest leaf) => Push(MerkleHash.Leaf(leaf));

    /// <summary>The root of the leaves so far. It may be asked for at any time.</summary>
    public Digest ComputeRoot()
    {
        if (Count == 0)
        {
            return MerkleHash.Root(0, default);
        }

        // The smaller subtrees lie to the right: they are joined first.
        var level = BitOperations.TrailingZeroCount(Count);
        var top = _subtrees[level];
        for (var rest = Count & (Count - 1); rest != 0; rest &= rest - 1)
        {
            top = MerkleHash.Node(_subtrees[BitOperations.TrailingZeroCount(rest)], top);
        }

        return MerkleHash.Root(Count, top);
    }

    private void Push(Digest hash)
    {
        var complete = BitOperations.TrailingZeroCount(~Count);
        for (var level = 0; level < complete; level++)
        {
            hash = MerkleHash.Node(_subtrees[level], hash);
        }

        _subtrees[complete] = hash;
        Count++;
    }
}
