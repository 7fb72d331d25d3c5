using System.Buffers.Binary;
using System.Numerics;
using Consensus.Cryptography;

namespace Consensus.Gossip.State;

/// <summary>A value, or a place at which positions part. Its digest and its count are those of everything below.</summary>
internal sealed class TrieNode
{
    /// <summary>The bit of a leaf: behind the last one.</summary>
    private const int LeafBit = 8 * Digest.Size;

    private static readonly byte[] LeafKey = KeyFor("Consensus.Framework swarm state v1: leaf"u8);
    private static readonly byte[] NodeKey = KeyFor("Consensus.Framework swarm state v1: node"u8);

    private TrieNode? _left;
    private TrieNode? _right;

    private TrieNode(int bit, ulong leading) => (Bit, Leading) = (bit, leading);

    /// <summary>The first bit in which the positions below differ.</summary>
    public int Bit { get; }

    /// <summary>The first 64 bits of a position below: those before <see cref="Bit"/> are common to all.</summary>
    public ulong Leading { get; }

    /// <summary>The value; <see langword="null"/> where positions part.</summary>
    public VersionedValue? Value { get; private init; }

    /// <summary>How many values are below.</summary>
    public int Count { get; private set; }

    /// <summary>What stands for all of them.</summary>
    public Digest Digest { get; private set; }

    /// <summary>The first 64 bits of the lowest position that can be below.</summary>
    public ulong First => Leading & ~Rest;

    /// <summary>The first 64 bits of the highest position that can be below.</summary>
    public ulong Last => Leading | Rest;

    private ulong Rest => Bit >= 64 ? 0 : ulong.MaxValue >> Bit;

    /// <summary>The positions with a 0 in that bit, or with a 1.</summary>
    public TrieNode Side(bool isRight) => isRight ? _right! : _left!;

    /// <summary>The first 64 bits of a position.</summary>
    public static ulong LeadingOf(in Digest position)
    {
        Span<byte> bytes = stackalloc byte[Digest.Size];
        position.CopyTo(bytes);
        return BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }

    public static TrieNode Leaf(VersionedValue value)
    {
        Span<byte> bytes = stackalloc byte[2 * Digest.Size];
        value.Position.CopyTo(bytes);
        value.Hash.CopyTo(bytes[Digest.Size..]);
        return new TrieNode(LeafBit, BinaryPrimitives.ReadUInt64BigEndian(bytes)) { Value = value, Count = 1, Digest = Blake3.KeyedHash(LeafKey, bytes) };
    }

    /// <summary>Puts a leaf among those of a node, or in place of one.</summary>
    /// <param name="node">The node.</param>
    /// <param name="leaf">The leaf.</param>
    /// <param name="position">The bytes of its position.</param>
    /// <param name="difference">The first bit in which that differs from the position that is most like it; the number of all bits, for none.</param>
    /// <returns>What is now in the node's place.</returns>
    public static TrieNode Put(TrieNode node, TrieNode leaf, ReadOnlySpan<byte> position, int difference)
    {
        if (difference < node.Bit)
        {
            var parted = new TrieNode(difference, leaf.Leading);
            (parted._left, parted._right) = IsSet(position, difference) ? (node, leaf) : (leaf, node);
            parted.Update();
            return parted;
        }

        if (node.Value is not null)
        {
            return leaf;
        }

        if (IsSet(position, node.Bit))
        {
            node._right = Put(node._right!, leaf, position, difference);
        }
        else
        {
            node._left = Put(node._left!, leaf, position, difference);
        }

        node.Update();
        return node;
    }

    /// <summary>Takes out a leaf that is there.</summary>
    /// <returns>What is now in the node's place; <see langword="null"/> for nothing.</returns>
    public static TrieNode? Remove(TrieNode node, ReadOnlySpan<byte> position)
    {
        if (node.Value is not null)
        {
            return null;
        }

        var isRight = IsSet(position, node.Bit);
        if (Remove(node.Side(isRight), position) is not { } rest)
        {
            return node.Side(!isRight);
        }

        (node._left, node._right) = isRight ? (node._left, rest) : (rest, node._right);
        node.Update();
        return node;
    }

    /// <summary>The leaf whose position is most like one, as far as that can be told on the way.</summary>
    public static TrieNode Nearest(TrieNode node, ReadOnlySpan<byte> position)
    {
        while (node.Value is null)
        {
            node = node.Side(IsSet(position, node.Bit));
        }

        return node;
    }

    /// <summary>The first bit in which two positions differ; the number of all bits, for none.</summary>
    public static int FirstDifference(ReadOnlySpan<byte> position, in Digest other)
    {
        Span<byte> bytes = stackalloc byte[Digest.Size];
        other.CopyTo(bytes);
        var common = position.CommonPrefixLength(bytes);
        return common == Digest.Size ? LeafBit : (8 * common) + BitOperations.LeadingZeroCount((uint)(position[common] ^ bytes[common])) - 24;
    }

    private static bool IsSet(ReadOnlySpan<byte> position, int bit) => ((position[bit >> 3] >> (7 - (bit & 7))) & 1) != 0;

    private static byte[] KeyFor(ReadOnlySpan<byte> purpose)
    {
        var key = new byte[Blake3.KeySize];
        Blake3.DeriveKey(purpose, [], key);
        return key;
    }

    private void Update()
    {
        Span<byte> bytes = stackalloc byte[2 * Digest.Size];
        _left!.Digest.CopyTo(bytes);
        _right!.Digest.CopyTo(bytes[Digest.Size..]);
        (Count, Digest) = (_left.Count + _right.Count, Blake3.KeyedHash(NodeKey, bytes));
    }
}
