namespace Consensus.Replication.State;

/// <summary>
/// Walks through entries in ordinal order of their keys, once, as <c>foreach</c> wants it. A scan of a <see cref="StateTree"/> must end before the
/// next change of the tree; one of a <see cref="StateTreeView"/> may take as long as it likes.
/// </summary>
public struct StateTreeScan
{
    private readonly Stack<BranchCursor>? _open;
    private Leaf? _first;
    private Leaf? _current;

    /// <summary>Starts before the first entry whose key begins with <paramref name="prefix"/> and comes after <paramref name="after"/>.</summary>
    internal StateTreeScan(Node? root, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> after)
    {
        var top = Subtree(root, prefix);
        if (top is Leaf leaf)
        {
            _first = leaf.Key.AsSpan().SequenceCompareTo(after) > 0 ? leaf : null;
        }
        else if (top is Branch branch)
        {
            _open = new Stack<BranchCursor>();
            _first = Seek(_open, branch, after);
        }
    }

    /// <summary>The present entry; only after <see cref="MoveNext"/> returned true.</summary>
    public readonly StateTreeEntry Current => new(_current!.Key, _current.Value);

    /// <summary>The present entry's value as the tree holds it, to be shared and never changed.</summary>
    internal readonly byte[] CurrentValue => _current!.Value;

    /// <summary>Goes to the next entry.</summary>
    /// <returns>Whether there is one.</returns>
    public bool MoveNext()
    {
        if (_first is { } first)
        {
            (_current, _first) = (first, null);
            return true;
        }

        while (_open is not null && _open.TryPop(out var cursor))
        {
            var slot = cursor.Branch.NextOccupied(cursor.Slot);
            if (slot == Branch.SlotCount)
            {
                continue;
            }

            _open.Push(new BranchCursor(cursor.Branch, slot + 1));
            if (cursor.Branch[slot] is Leaf leaf)
            {
                _current = leaf;
                return true;
            }

            _open.Push(new BranchCursor((Branch)cursor.Branch[slot]!, 0));
        }

        return false;
    }

    /// <summary>The scan itself.</summary>
    public readonly StateTreeScan GetEnumerator() => this;

    /// <summary>The smallest subtree with all keys that begin with a prefix; no other keys are in it.</summary>
    private static Node? Subtree(Node? root, ReadOnlySpan<byte> prefix)
    {
        var node = root;
        while (node is Branch branch && branch.Depth < Nibbles.Count(prefix))
        {
            node = branch[branch.SlotOf(prefix)];
        }

        return node is not null && node.Key.AsSpan().StartsWith(prefix) ? node : null;
    }

    /// <summary>Opens the branches that lead to the first key after <paramref name="after"/>.</summary>
    /// <returns>The leaf to begin with, if the way ends at one.</returns>
    private static Leaf? Seek(Stack<BranchCursor> open, Branch top, ReadOnlySpan<byte> after)
    {
        Node? node = top;
        while (node is Branch branch)
        {
            var common = Math.Min(branch.Depth, Nibbles.Common(branch.Key, after));
            if (common < branch.Depth)
            {
                var isAllAfter = common == Nibbles.Count(after) || Nibbles.At(branch.Key, common) > Nibbles.At(after, common);
                if (isAllAfter)
                {
                    open.Push(new BranchCursor(branch, 0));
                }

                return null;
            }

            var slot = branch.SlotOf(after);
            open.Push(new BranchCursor(branch, slot + 1));
            node = branch[slot];
        }

        return node is Leaf leaf && leaf.Key.AsSpan().SequenceCompareTo(after) > 0 ? leaf : null;
    }
}
