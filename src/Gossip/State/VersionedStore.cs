using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Gossip.State;

namespace Consensus.Gossip;

/// <summary>
/// State that all nodes of a swarm come to share: of each key the value with the highest version, and of two with one version the one whose hash is larger. In whatever order values come, whoever has had the same ones has the same state, and the same digest.
/// </summary>
/// <remarks>
/// <para>Every member may write every key: whoever wrote a value is proved, not that he should have. A liar among them can take a key by a high version. What no member signed gets in nowhere.</para>
/// <para>Removing is a write, whose tombstone is forgotten after <see cref="VersionedStoreOptions.TombstoneTime"/>. Deterministic; not safe for use by several threads at once.</para>
/// </remarks>
public sealed class VersionedStore
{
    /// <summary>What each value counts beside its key and its content: what it takes in memory to keep it in order.</summary>
    public const int OverheadBytes = 512;

    private readonly ClusterId _swarm;
    private readonly VersionedStoreOptions _options;
    private readonly ISignatureVerifier _verifier;
    private readonly Func<NodeId, PublicKey?> _keyOf;
    private readonly StateTrie _trie = new();
    private readonly PriorityQueue<VersionedValue, (Timestamp Time, Digest Hash)> _tombstones = new();
    private readonly long[] _results = new long[(int)PutResult.Full + 1];

    /// <summary>An empty store.</summary>
    /// <param name="swarm">Whose state it is: what was signed for another swarm is refused.</param>
    /// <param name="options">The settings, which are valid.</param>
    /// <param name="verifier">Checks signatures.</param>
    /// <param name="keyOf">The key of a member; <see langword="null"/> for a stranger.</param>
    public VersionedStore(ClusterId swarm, VersionedStoreOptions options, ISignatureVerifier verifier, Func<NodeId, PublicKey?> keyOf)
    {
        Invariant.Holds(options.Validate().Count == 0, "the settings of a swarm's state were checked");
        (_swarm, _options, _verifier, _keyOf) = (swarm, options, verifier, keyOf);
    }

    /// <summary>How many keys there are, tombstones among them.</summary>
    public int Count => _trie.Count;

    /// <summary>How many bytes they count.</summary>
    public long Bytes { get; private set; }

    /// <summary>What stands for all values: the same where the same values are. Comparing two compares 32 bytes.</summary>
    public Digest Digest => _trie.Digest;

    /// <summary>All values, tombstones among them, in an order that is the same everywhere.</summary>
    public IEnumerable<VersionedValue> All => _trie.In(KeyRange.All) is { } root ? StateTrie.Around(root, 0) : [];

    /// <summary>The values in order, with digests.</summary>
    internal StateTrie Trie => _trie;

    /// <summary>The settings.</summary>
    internal VersionedStoreOptions Options => _options;

    /// <summary>How many tombstones are remembered for being forgotten, some that were superseded among them.</summary>
    internal int TombstonesWaiting => _tombstones.Count;

    /// <summary>How often a value met this fate.</summary>
    public long CountOf(PutResult result) => _results[(int)result];

    /// <summary>The value of a key; <see langword="null"/> if there is none, or if it was removed.</summary>
    public VersionedValue? Find(ReadOnlySpan<byte> key) => FindAny(key) is { IsTombstone: false } value ? value : null;

    /// <summary>The value of a key, or its tombstone: the next version is one above.</summary>
    public VersionedValue? FindAny(ReadOnlySpan<byte> key) => _trie.Find(VersionedValue.PositionOf(key));

    /// <summary>Takes a value in, if it is one and in force. The signature is checked last: what is known already costs nothing.</summary>
    /// <param name="now">The time of day here.</param>
    /// <param name="value">The value; it is kept as it is.</param>
    public PutResult Put(Timestamp now, VersionedValue value)
    {
        var current = _trie.Find(value.Position);
        var result = Judge(now, value, current);
        _results[(int)result]++;
        if (result == PutResult.Stored)
        {
            Bytes += CostOf(value) - (current is null ? 0 : CostOf(current));
            _trie.Put(value);
            if (value.IsTombstone)
            {
                Bury(value);
            }
        }

        return result;
    }

    /// <summary>Forgets the tombstones whose time is over.</summary>
    /// <returns>How many.</returns>
    public int Forget(Timestamp now)
    {
        var forgotten = 0;
        while (_tombstones.TryPeek(out var oldest, out _) && IsExpired(now, oldest))
        {
            _tombstones.Dequeue();
            if (IsCurrent(oldest))
            {
                _trie.Remove(oldest.Position);
                Bytes -= CostOf(oldest);
                forgotten++;
            }
        }

        return forgotten;
    }

    private void Bury(VersionedValue tombstone)
    {
        _tombstones.Enqueue(tombstone, (tombstone.Time, tombstone.Hash));
        if (_tombstones.Count > (2 * _trie.Count) + 1_024)
        {
            // Of one key any number of tombstones may come, each above the last: only those count that are in force.
            var current = _tombstones.UnorderedItems.Where(item => IsCurrent(item.Element)).ToArray();
            _tombstones.Clear();
            _tombstones.EnqueueRange(current);
        }
    }

    private bool IsCurrent(VersionedValue value) => ReferenceEquals(_trie.Find(value.Position), value);

    private static long CostOf(VersionedValue value) => value.Key.Length + value.Content.Length + OverheadBytes;

    private bool IsExpired(Timestamp now, VersionedValue tombstone) => now.UnixMilliseconds - tombstone.Time.UnixMilliseconds >= (long)_options.TombstoneTime.TotalMilliseconds;

    private PutResult Judge(Timestamp now, VersionedValue value, VersionedValue? current)
    {
        if (value.Key.Length == 0 || value.Key.Length > _options.KeyBytesMax || value.Content.Length > (value.IsTombstone ? 0 : _options.ContentBytesMax))
        {
            return PutResult.TooLarge;
        }

        if (current is not null && !value.Supersedes(current))
        {
            return value.Version == current.Version && value.Hash == current.Hash ? PutResult.Known : PutResult.Superseded;
        }

        if (value.Time.UnixMilliseconds - now.UnixMilliseconds > (long)_options.AheadMax.TotalMilliseconds)
        {
            return PutResult.FromTheFuture;
        }

        // An old tombstone still removes what is older: it is forgotten afterwards.
        if (value.IsTombstone && current is null && IsExpired(now, value))
        {
            return PutResult.Expired;
        }

        if (!value.HashHolds(_swarm))
        {
            return PutResult.HashWrong;
        }

        if (_keyOf(value.Origin) is not { } key)
        {
            return PutResult.OriginUnknown;
        }

        if (!value.SignatureHolds(_swarm, _verifier, key))
        {
            return PutResult.SignatureWrong;
        }

        return _trie.Count + (current is null ? 1 : 0) > _options.KeysMax || Bytes + CostOf(value) - (current is null ? 0 : CostOf(current)) > _options.BytesMax ? PutResult.Full : PutResult.Stored;
    }
}
