namespace Consensus.Replication.State;

/// <summary>
/// A node of the tree. Only the tree whose present stamp it carries may change it: nodes with older stamps may be part of a frozen view.
/// </summary>
/// <remarks>
/// The hash is cached where it was computed. A frozen node may be hashed by two threads at once: both write the same bytes, and none reads
/// them before the flag, which is set last.
/// </remarks>
internal abstract class Node(long stamp, byte[] key)
{
    private Digest _hash;
    private volatile bool _isHashed;

    /// <summary>The generation of the tree that made it.</summary>
    public long Stamp { get; } = stamp;

    /// <summary>A leaf's key; for a branch any key that begins as all keys below do.</summary>
    public byte[] Key { get; } = key;

    /// <summary>Whether <see cref="Hash"/> is that of the present content.</summary>
    public bool IsHashed => _isHashed;

    /// <summary>The hash of the node, if it <see cref="IsHashed"/>.</summary>
    public Digest Hash => _hash;

    /// <summary>Keeps the hash of the present content.</summary>
    public void KeepHash(Digest hash)
    {
        _hash = hash;
        _isHashed = true;
    }

    /// <summary>The content has changed.</summary>
    public void ForgetHash() => _isHashed = false;
}
