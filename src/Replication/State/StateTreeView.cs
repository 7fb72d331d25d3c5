namespace Consensus.Replication.State;

/// <summary>
/// The contents of a <see cref="StateTree"/> as they were when it was frozen. Immutable, and safe to use from any number of threads while
/// the tree goes on.
/// </summary>
/// <remarks>
/// While it is not disposed, the tree copies what it changes; a view that is never disposed costs that, and nothing else. A disposed view must not
/// be read, for the tree changes its nodes in place.
/// </remarks>
public sealed class StateTreeView : IStateSnapshot
{
    private readonly Node? _root;
    private LiveViews? _views;

    internal StateTreeView(Node? root, int count, LiveViews views)
    {
        _root = root;
        _views = views;
        Count = count;
        views.Add();
    }

    /// <summary>How many entries there are.</summary>
    public int Count { get; }

    /// <summary>Finds a value.</summary>
    public bool TryGet(ReadOnlySpan<byte> key, out ReadOnlyMemory<byte> value) => NodeLookup.TryGet(Root(), key, out value);

    /// <summary>Walks through the entries whose key begins with a prefix, in ordinal order.</summary>
    /// <param name="prefix">What the keys begin with; empty for all keys.</param>
    /// <param name="after">Only keys that come after this one; empty for all.</param>
    public StateTreeScan Scan(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> after = default) => new(Root(), prefix, after);

    /// <summary>The hash of the contents.</summary>
    public Digest RootHash() => NodeHasher.Hash(Root());

    /// <summary>Writes the contents in their one form: equal contents give equal bytes.</summary>
    public void WriteTo(Stream destination) => StateTreeWriter.Write(this, destination);

    /// <summary>Lets the tree change its nodes in place again. Any thread; more than once is no harm.</summary>
    public void Dispose() => Interlocked.Exchange(ref _views, null)?.Remove();

    private Node? Root()
    {
        ObjectDisposedException.ThrowIf(_views is null, this);
        return _root;
    }
}
