namespace Consensus.Replication.State;

/// <summary>
/// The contents of a <see cref="StateTree"/> as they were when it was frozen. Immutable, and safe to use from any number of threads while
/// the tree goes on. It keeps alive what the tree has replaced since; there is nothing to dispose.
/// </summary>
public sealed class StateTreeView : IStateSnapshot
{
    private readonly Node? _root;

    internal StateTreeView(Node? root, int count)
    {
        _root = root;
        Count = count;
    }

    /// <summary>How many entries there are.</summary>
    public int Count { get; }

    /// <summary>Finds a value.</summary>
    public bool TryGet(ReadOnlySpan<byte> key, out ReadOnlyMemory<byte> value) => NodeLookup.TryGet(_root, key, out value);

    /// <summary>Walks through the entries whose key begins with a prefix, in ordinal order.</summary>
    /// <param name="prefix">What the keys begin with; empty for all keys.</param>
    /// <param name="after">Only keys that come after this one; empty for all.</param>
    public StateTreeScan Scan(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> after = default) => new(_root, prefix, after);

    /// <summary>The hash of the contents.</summary>
    public Digest RootHash() => NodeHasher.Hash(_root);

    /// <summary>Writes the contents in their one form: equal contents give equal bytes.</summary>
    public void WriteTo(Stream destination) => StateTreeWriter.Write(this, destination);

    /// <inheritdoc/>
    void IDisposable.Dispose()
    {
        // The garbage collector takes the nodes that no tree and no other view uses.
    }
}
