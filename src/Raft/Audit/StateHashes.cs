using System.Diagnostics.CodeAnalysis;

namespace Consensus.Raft.Audit;

/// <summary>The state hashes at the last few entries where replicas compare.</summary>
internal sealed class StateHashes
{
    private const int Kept = 8;

    private readonly Queue<(LogIndex Index, Digest Hash)> _hashes = new();

    public void Add(LogIndex index, Digest hash)
    {
        if (_hashes.Count == Kept)
        {
            _hashes.Dequeue();
        }

        _hashes.Enqueue((index, hash));
    }

    public bool TryGet(LogIndex index, [NotNullWhen(true)] out Digest? hash)
    {
        // The newest counts: after a repair an entry is applied, and its state hashed, a second time.
        hash = null;
        foreach (var known in _hashes)
        {
            if (known.Index == index)
            {
                hash = known.Hash;
            }
        }

        return hash is not null;
    }

    public void Clear() => _hashes.Clear();
}
