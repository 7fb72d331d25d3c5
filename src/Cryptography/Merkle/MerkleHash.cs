using System.Buffers.Binary;

namespace Consensus.Cryptography;

/// <summary>The three hash functions of a tree. They differ in their keys, so that no output of one is ever an output of another.</summary>
internal static class MerkleHash
{
    private static readonly Digest LeafKey = Blake3.DeriveKey("Consensus.Framework Merkle tree v1: leaf"u8, []);
    private static readonly Digest NodeKey = Blake3.DeriveKey("Consensus.Framework Merkle tree v1: node"u8, []);
    private static readonly Digest RootKey = Blake3.DeriveKey("Consensus.Framework Merkle tree v1: root"u8, []);

    /// <summary>The hash of what a leaf holds.</summary>
    public static Digest Leaf(ReadOnlySpan<byte> content)
    {
        Span<byte> key = stackalloc byte[Blake3.KeySize];
        LeafKey.CopyTo(key);
        return Blake3.KeyedHash(key, content);
    }

    /// <summary>The hash of a leaf that holds a digest.</summary>
    public static Digest Leaf(in Digest content)
    {
        Span<byte> bytes = stackalloc byte[Digest.Size];
        content.CopyTo(bytes);
        return Leaf(bytes);
    }

    /// <summary>The hash of a node with two children.</summary>
    public static Digest Node(in Digest left, in Digest right)
    {
        Span<byte> key = stackalloc byte[Blake3.KeySize];
        NodeKey.CopyTo(key);
        Span<byte> children = stackalloc byte[2 * Digest.Size];
        left.CopyTo(children);
        right.CopyTo(children[Digest.Size..]);
        return Blake3.KeyedHash(key, children);
    }

    /// <summary>The root: how many leaves there are, and the node above all of them (none for an empty tree).</summary>
    public static Digest Root(ulong count, in Digest top)
    {
        Span<byte> key = stackalloc byte[Blake3.KeySize];
        RootKey.CopyTo(key);
        Span<byte> bytes = stackalloc byte[sizeof(ulong) + Digest.Size];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, count);
        top.CopyTo(bytes[sizeof(ulong)..]);
        return Blake3.KeyedHash(key, bytes);
    }
}
