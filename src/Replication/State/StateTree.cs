using System.Diagnostics.CodeAnalysis;

namespace Consensus.Replication.State;

/// <summary>
/// An ordered map from byte keys to byte values whose hash follows from its contents alone, whatever the order of the changes that led
/// there, and of which a view can be frozen at any time at no cost.
/// </summary>
/// <remarks>
/// <list type="bullet">
/// <item>Shape: a radix tree over half bytes with compressed paths (Morrison's PATRICIA, 1968). A branch exists exactly where keys part.</item>
/// <item>Freezing raises the tree's stamp. While a view is alive, nodes with an older stamp are copied before they are changed; all others are changed in
/// place.</item>
/// <item>A change only marks the path above it; hashing is left to <see cref="RootHash"/>, which visits what is marked.</item>
/// <item>Nothing recurses: keys that are prefixes of each other make a tree as deep as the longest key.</item>
/// </list>
/// One thread at a time; views are free of that rule.
/// </remarks>
public sealed class StateTree
{
    /// <summary>The longest key in bytes; the shortest has one.</summary>
    public const int KeyBytesMax = 1024;

    /// <summary>The longest value in bytes.</summary>
    public const int ValueBytesMax = 16 * 1024 * 1024;

    private Node? _root;
    private long _stamp;

    // The nodes from this stamp on are this tree's alone, as the change under way sees it.
    private long _ownFrom;
    private readonly LiveViews _views = new();
    private Branch[] _path = new Branch[32];
    private int _pathLength;

    /// <summary>How many entries there are.</summary>
    public int Count { get; private set; }

    /// <summary>Reads what <see cref="StateTreeView.WriteTo"/> wrote, to the end of the stream, and nothing else.</summary>
    /// <exception cref="ConsensusException"><see cref="ConsensusFailure.SnapshotInvalid"/>: the bytes are not a tree in its one form.</exception>
    public static StateTree Read(Stream source) => StateTreeReader.Read(source);

    /// <summary>Finds a value. Its bytes never change, whatever happens to the tree, unless <see cref="Overwrite"/> changes them.</summary>
    public bool TryGet(ReadOnlySpan<byte> key, out ReadOnlyMemory<byte> value) => NodeLookup.TryGet(_root, key, out value);

    /// <summary>Walks through the entries whose key begins with a prefix, in ordinal order. It must end before the next change.</summary>
    /// <param name="prefix">What the keys begin with; empty for all keys.</param>
    /// <param name="after">Only keys that come after this one; empty for all.</param>
    public StateTreeScan Scan(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> after = default) => new(_root, prefix, after);

    /// <summary>The hash of the contents.</summary>
    public Digest RootHash() => NodeHasher.Hash(_root);

    /// <summary>The present contents, which stay as they are and may be read by any thread while the tree goes on, until the view is disposed.</summary>
    public StateTreeView Freeze()
    {
        _stamp++;
        return new StateTreeView(_root, Count, _views);
    }

    /// <summary>Sets the value of a key. An equal value is no change.</summary>
    /// <exception cref="ArgumentException">The key or the value has a length that is not allowed.</exception>
    public void Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => Set(key, value, default);

    /// <summary>Sets the value of a key, given in two pieces so that the caller need not join them.</summary>
    /// <exception cref="ArgumentException">The key or the value has a length that is not allowed.</exception>
    public void Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> valueStart, ReadOnlySpan<byte> valueEnd)
    {
        if (TryFind(key, valueStart, valueEnd, out var leaf) && !IsJoined(leaf.Value, valueStart, valueEnd))
        {
            Replace(key, leaf, [.. valueStart, .. valueEnd]);
        }
    }

    /// <summary>
    /// Sets the value of a key as <see cref="Set(ReadOnlySpan{byte}, ReadOnlySpan{byte}, ReadOnlySpan{byte})"/> does, in the place of the value that is
    /// there if it is as long and no view needs it: nothing is allocated then. For whoever keeps none of the memory that <see cref="TryGet"/> and
    /// <see cref="Scan"/> gave of this key, for its bytes may change.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="valueStart">The beginning of the value; not memory of this tree's.</param>
    /// <param name="valueEnd">The rest of the value; not memory of this tree's.</param>
    /// <exception cref="ArgumentException">The key or the value has a length that is not allowed.</exception>
    public void Overwrite(ReadOnlySpan<byte> key, ReadOnlySpan<byte> valueStart, ReadOnlySpan<byte> valueEnd)
    {
        if (!TryFind(key, valueStart, valueEnd, out var leaf) || IsJoined(leaf.Value, valueStart, valueEnd))
        {
            return;
        }

        if (IsOwn(leaf) && leaf.Value.Length == valueStart.Length + valueEnd.Length)
        {
            Touch(key, _pathLength);
            leaf.Overwrite(valueStart, valueEnd);
        }
        else
        {
            Replace(key, leaf, [.. valueStart, .. valueEnd]);
        }
    }

    /// <summary>Removes a key.</summary>
    /// <returns>Whether it was there.</returns>
    public bool Remove(ReadOnlySpan<byte> key)
    {
        BeginChange();
        if (Descend(key) is not Leaf leaf || !key.SequenceEqual(leaf.Key))
        {
            return false;
        }

        Count--;
        if (_pathLength == 0)
        {
            _root = null;
            return true;
        }

        var parent = _path[_pathLength - 1];
        var slot = parent.SlotOf(key);
        if (parent.OccupiedCount > 2)
        {
            Touch(key, _pathLength);
            _path[_pathLength - 1][slot] = null;
            return true;
        }

        // A branch with one way on is none: what is left takes its place.
        var first = parent.NextOccupied(0);
        var left = parent[first == slot ? parent.NextOccupied(slot + 1) : first]!;
        Touch(key, _pathLength - 1);
        Attach(key, _pathLength - 1, left);
        return true;
    }

    /// <summary>Takes over an entry from a snapshot without copying it.</summary>
    internal void Append(byte[] key, byte[] value)
    {
        BeginChange();
        Insert(new Leaf(_stamp, key, value), Descend(key));
    }

    private static void ThrowIfNotAllowed(ReadOnlySpan<byte> key, long valueLength)
    {
        if (key.Length is 0 or > KeyBytesMax)
        {
            throw new ArgumentException($"The key has {key.Length} bytes; allowed are 1 to {KeyBytesMax}.", nameof(key));
        }

        if (valueLength > ValueBytesMax)
        {
            throw new ArgumentException($"The value has {valueLength} bytes; allowed are at most {ValueBytesMax}.");
        }
    }

    private static bool IsJoined(ReadOnlySpan<byte> value, ReadOnlySpan<byte> start, ReadOnlySpan<byte> end) =>
        value.Length == start.Length + end.Length && value.StartsWith(start) && value[start.Length..].SequenceEqual(end);

    /// <summary>Looks once at whether views are alive: they must not seem to come or go within a change.</summary>
    private void BeginChange() => _ownFrom = _views.Any ? _stamp : long.MinValue;

    /// <summary>Whether no view that is alive has a node.</summary>
    private bool IsOwn(Node node) => node.Stamp >= _ownFrom;

    /// <summary>Finds the leaf of a key; if there is none, adds it with the value.</summary>
    private bool TryFind(ReadOnlySpan<byte> key, ReadOnlySpan<byte> valueStart, ReadOnlySpan<byte> valueEnd, [NotNullWhen(true)] out Leaf? leaf)
    {
        ThrowIfNotAllowed(key, (long)valueStart.Length + valueEnd.Length);
        BeginChange();
        var end = Descend(key);
        leaf = end as Leaf;
        if (leaf is not null && key.SequenceEqual(leaf.Key))
        {
            return true;
        }

        Insert(new Leaf(_stamp, key.ToArray(), [.. valueStart, .. valueEnd]), end);
        return false;
    }

    /// <summary>
    /// Follows a key as far as there are branches for it, and notes them. What lies between two branches is not compared on the way: the
    /// caller compares the whole key once, at the end.
    /// </summary>
    /// <returns>A leaf, a branch that lies deeper than the key is long, or null for an empty slot.</returns>
    private Node? Descend(ReadOnlySpan<byte> key)
    {
        var node = _root;
        _pathLength = 0;
        while (node is Branch branch && branch.Depth <= Nibbles.Count(key))
        {
            if (_pathLength == _path.Length)
            {
                Array.Resize(ref _path, 2 * _path.Length);
            }

            _path[_pathLength++] = branch;
            node = branch[branch.SlotOf(key)];
        }

        return node;
    }

    private void Replace(ReadOnlySpan<byte> key, Leaf leaf, byte[] value)
    {
        Touch(key, _pathLength);
        if (IsOwn(leaf))
        {
            leaf.Replace(value);
        }
        else
        {
            Attach(key, _pathLength, new Leaf(_stamp, leaf.Key, value));
        }
    }

    /// <summary>Puts a new leaf where its key parts from those that are there.</summary>
    private void Insert(Leaf leaf, Node? end)
    {
        Count++;
        if (_root is null)
        {
            _root = leaf;
            return;
        }

        var nearest = end ?? _path[_pathLength - 1];
        var common = Nibbles.Common(leaf.Key, nearest.Key);
        if (nearest is Branch { Depth: var depth })
        {
            common = Math.Min(common, depth);
        }

        var level = _pathLength;
        while (level > 0 && _path[level - 1].Depth > common)
        {
            level--;
        }

        Touch(leaf.Key, level);
        var below = level < _pathLength ? _path[level] : end;
        if (below is null)
        {
            Attach(leaf.Key, level, leaf);
            return;
        }

        var branch = new Branch(_stamp, leaf.Key, common);
        branch[branch.SlotOf(leaf.Key)] = leaf;
        branch[branch.SlotOf(below.Key)] = below;
        Attach(leaf.Key, level, branch);
    }

    /// <summary>Makes the first branches of the path ready to be changed: this tree's own, and without a hash.</summary>
    private void Touch(ReadOnlySpan<byte> key, int level)
    {
        // Above a branch that is ready all are: it became so by a change, which touched them too. While a view is alive a branch is this tree's own only if
        // it is younger, and so are those above it; while none is, all are.
        var first = level;
        while (first > 0 && !(IsOwn(_path[first - 1]) && !_path[first - 1].IsHashed))
        {
            first--;
        }

        for (; first < level; first++)
        {
            var branch = _path[first];
            if (IsOwn(branch))
            {
                branch.ForgetHash();
            }
            else
            {
                _path[first] = branch.CopyFor(_stamp);
                Attach(key, first, _path[first]);
            }
        }
    }

    /// <summary>Puts a node below the first <paramref name="level"/> branches of the path.</summary>
    private void Attach(ReadOnlySpan<byte> key, int level, Node node)
    {
        if (level == 0)
        {
            _root = node;
        }
        else
        {
            var parent = _path[level - 1];
            parent[parent.SlotOf(key)] = node;
        }
    }
}
