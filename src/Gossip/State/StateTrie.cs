namespace Consensus.Gossip.State;

/// <summary>
/// Values in the order of their positions, with a digest over any <see cref="KeyRange"/> at hand: a Merkle tree whose shape follows from what is in it, and not from how it came there (Morrison, JACM 1968, for the tree; Merkle 1987, for the digests).
/// </summary>
/// <remarks>
/// A change costs one hash of 64 bytes for each level, log₂ n of them and few more, for positions are hashes: whoever wants keys whose positions share b bits needs 2^b attempts for each, and makes those few levels deeper. Digests are collision resistant: sums or exclusive ors of hashes, which cost
/// less, can be forged with made-up values (Bellare and Micciancio, EUROCRYPT 1997; Wagner, CRYPTO 2002).
/// </remarks>
internal sealed class StateTrie
{
    private TrieNode? _root;

    /// <summary>How many values there are.</summary>
    public int Count => _root?.Count ?? 0;

    /// <summary>What stands for all values: none, without any.</summary>
    public Digest Digest => _root?.Digest ?? default;

    /// <summary>The value at a position.</summary>
    public VersionedValue? Find(in Digest position)
    {
        if (_root is null)
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[Digest.Size];
        position.CopyTo(bytes);
        var nearest = TrieNode.Nearest(_root, bytes).Value!;
        return nearest.Position == position ? nearest : null;
    }

    /// <summary>Puts a value at its position, in place of what is there.</summary>
    public void Put(VersionedValue value)
    {
        var leaf = TrieNode.Leaf(value);
        if (_root is null)
        {
            _root = leaf;
            return;
        }

        Span<byte> bytes = stackalloc byte[Digest.Size];
        value.Position.CopyTo(bytes);
        var difference = TrieNode.FirstDifference(bytes, TrieNode.Nearest(_root, bytes).Value!.Position);
        _root = TrieNode.Put(_root, leaf, bytes, difference);
    }

    /// <summary>Takes out what is at a position.</summary>
    /// <returns>Whether anything was.</returns>
    public bool Remove(in Digest position)
    {
        if (Find(position) is null)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[Digest.Size];
        position.CopyTo(bytes);
        _root = TrieNode.Remove(_root!, bytes);
        return true;
    }

    /// <summary>What is in a range; <see langword="null"/> for nothing. It holds until the next change.</summary>
    public TrieNode? In(KeyRange range)
    {
        var node = _root;
        while (node is not null && node.Bit < 4 * range.Depth)
        {
            node = node.Side(((range.Start >> (63 - node.Bit)) & 1) != 0);
        }

        return node is not null && range.Contains(node.Leading) ? node : null;
    }

    /// <summary>The values below a node in their order, beginning at a place and going around.</summary>
    public static IEnumerable<VersionedValue> Around(TrieNode node, ulong place) =>
        place > node.First && place <= node.Last ? Between(node, place, ulong.MaxValue).Concat(Between(node, 0, place - 1)) : Between(node, 0, ulong.MaxValue);

    /// <summary>The values below a node whose positions begin with bits between two, both included, in their order.</summary>
    private static IEnumerable<VersionedValue> Between(TrieNode top, ulong first, ulong last)
    {
        var pending = new Stack<TrieNode>();
        pending.Push(top);
        while (pending.TryPop(out var node))
        {
            if (node.Last < first || node.First > last)
            {
                continue;
            }

            if (node.Value is { } value)
            {
                yield return value;
            }
            else
            {
                pending.Push(node.Side(isRight: true));
                pending.Push(node.Side(isRight: false));
            }
        }
    }
}
