using System.Collections.Immutable;

namespace Consensus.Cryptography;

/// <summary>A Merkle tree in memory: its root, and for each leaf a proof that it is there.</summary>
/// <remarks>
/// <para>
/// The shape is that of RFC 6962, section 2.1: an odd node passes up as it is. A leaf that was paired with itself, as in Bitcoin, would let two different
/// lists have one root (CVE-2012-2459). Leaves, nodes and the root are hashed under different BLAKE3 keys, so that no node can be
/// presented as a leaf.
/// </para>
/// <para>
/// Departure from the RFC: the root also covers the number of leaves. Without it a proof for leaf 0 of 3 would also be one for leaf 0 of 4, and a
/// receiver of chunks could be told a wrong number.
/// </para>
/// <para>Immutable and safe to share between threads. Takes 64 bytes for each leaf.</para>
/// </remarks>
public sealed class MerkleTree
{
    /// <summary>How many leaves a tree in memory has at most.</summary>
    public const int LeavesMax = 1 << 28;

    // From the leaves up to the single node at the top; no level for an empty tree.
    private readonly Digest[][] _levels;

    private MerkleTree(Digest[] leaves)
    {
        Count = leaves.Length;
        _levels = Levels(leaves);
        Root = MerkleHash.Root((ulong)Count, Count == 0 ? default : _levels[^1][0]);
    }

    /// <summary>The number of leaves.</summary>
    public int Count { get; }

    /// <summary>What stands for all leaves, their order and their number.</summary>
    public Digest Root { get; }

    /// <summary>Builds a tree whose leaves hold bytes.</summary>
    /// <param name="leaves">What the leaves hold, in order.</param>
    public static MerkleTree Create(IEnumerable<ReadOnlyMemory<byte>> leaves) => new([.. leaves.Select(leaf => MerkleHash.Leaf(leaf.Span))]);

    /// <summary>Builds a tree whose leaves hold digests.</summary>
    /// <param name="leaves">What the leaves hold, in order.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are more than <see cref="LeavesMax"/>.</exception>
    public static MerkleTree Create(ReadOnlySpan<Digest> leaves)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(leaves.Length, LeavesMax);
        var hashes = new Digest[leaves.Length];
        for (var i = 0; i < hashes.Length; i++)
        {
            hashes[i] = MerkleHash.Leaf(leaves[i]);
        }

        return new MerkleTree(hashes);
    }

    /// <summary>Proves that a leaf is in the tree.</summary>
    /// <param name="index">The place of the leaf, from zero.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such leaf.</exception>
    public MerkleProof Prove(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        var path = ImmutableArray.CreateBuilder<Digest>(_levels.Length - 1);
        for (var level = 0; level < _levels.Length - 1; level++)
        {
            var sibling = (index >> level) ^ 1;
            if (sibling < _levels[level].Length)
            {
                path.Add(_levels[level][sibling]);
            }
        }

        return new MerkleProof((ulong)index, (ulong)Count, path.DrainToImmutable());
    }

    private static Digest[][] Levels(Digest[] leaves)
    {
        var levels = new List<Digest[]>();
        for (var level = leaves; level.Length > 0; level = Above(level))
        {
            levels.Add(level);
            if (level.Length == 1)
            {
                break;
            }
        }

        return [.. levels];
    }

    private static Digest[] Above(Digest[] level)
    {
        var above = new Digest[(level.Length + 1) / 2];
        for (var i = 0; i < level.Length / 2; i++)
        {
            above[i] = MerkleHash.Node(level[2 * i], level[(2 * i) + 1]);
        }

        if (level.Length % 2 != 0)
        {
            above[^1] = level[^1];
        }

        return above;
    }
}
