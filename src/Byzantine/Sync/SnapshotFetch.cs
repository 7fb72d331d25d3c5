using Consensus.Engine;

namespace Consensus.Byzantine;

/// <summary>
/// Fetches a snapshot that f+1 members have named in the same words: at least one correct member has it, bytes and all. Its parts may come from any of them; the store
/// checks the whole against the checksum, the state machine against the state's hash. If the bytes are wrong, each further attempt asks one member only.
/// </summary>
/// <param name="state">The replica's state.</param>
/// <param name="onComplete">Called when the snapshot is on disk.</param>
internal sealed class SnapshotFetch(OrderingState state, Action<SnapshotDescriptor, NodeId> onComplete)
{
    private const int RoundsBeforeNew = 4;

    private readonly SortedDictionary<NodeId, SnapshotDescriptor[]> _offers = [];
    private SnapshotDescriptor? _wanted;
    private NodeId[] _holders = [];
    private int _holder;
    private int _attempts;
    private int _rounds;
    private long _offset;
    private long _offsetLastTime = -1;
    private bool _isStoring;

    private NodeId Holder => _holders[_holder % _holders.Length];

    /// <summary>Asks who has snapshots, or again for the part that did not come.</summary>
    public void OnTime()
    {
        if (_wanted is null)
        {
            state.Broadcast(new SnapshotRequest(state.Log.Committed, NeedsNew: ++_rounds > RoundsBeforeNew));
            return;
        }

        if (_offset == _offsetLastTime && !_isStoring)
        {
            AskNextHolder();
        }

        _offsetLastTime = _offset;
    }

    /// <summary>Blocks have come instead, or the snapshot is there.</summary>
    public void Stop()
    {
        Forget();
        _offers.Clear();
        _attempts = 0;
        _rounds = 0;
    }

    /// <summary>A member names its snapshots.</summary>
    public void OnOffer(NodeId from, SnapshotOffer offer)
    {
        if (_rounds == 0)
        {
            return;
        }

        _offers[from] = offer.Snapshots;
        if (_wanted is null)
        {
            Choose();
        }
    }

    /// <summary>A part has come.</summary>
    public void OnPart(NodeId from, SnapshotPart part)
    {
        if (_wanted is not { } wanted || _isStoring || from != Holder || part.Index != wanted.Position.Index || part.Offset != _offset)
        {
            return;
        }

        if (part.Data.IsEmpty && _offset < wanted.Length)
        {
            // It has a newer one by now, or wants to be asked for ever.
            _offers.Remove(from);
            Forget();
            Choose();
            return;
        }

        _isStoring = true;
        state.Effects.Request(new StoreSnapshotChunk(from, wanted, part.Offset, part.Data.ToArray()));
    }

    /// <summary>The part is on disk.</summary>
    public void OnStored(SnapshotChunkStored stored)
    {
        if (_wanted is not { } wanted || stored.Snapshot != wanted)
        {
            return;
        }

        _isStoring = false;
        if (stored.IsComplete)
        {
            Forget();
            onComplete(wanted, stored.From);
        }
        else if (stored.NextOffset > _offset)
        {
            _offset = stored.NextOffset;
            Ask();
        }
        else if (stored.NextOffset == 0)
        {
            // The bytes were wrong. Who lied shows only if one member alone is asked; the next one is when it is time.
            _attempts++;
            _offset = 0;
        }
    }

    /// <summary>The newest snapshot that f+1 members have.</summary>
    private void Choose()
    {
        foreach (var snapshot in _offers.Values.SelectMany(snapshots => snapshots).OrderByDescending(snapshot => snapshot.Position.Index))
        {
            if (snapshot.Position.Index <= state.Log.CommitIndex)
            {
                return;
            }

            var holders = _offers.Where(offer => offer.Value.Contains(snapshot)).Select(offer => offer.Key).ToArray();
            if (holders.Length >= state.Members.WeakQuorum)
            {
                _wanted = snapshot;
                _holders = holders;
                _offset = 0;
                Ask();
                return;
            }
        }
    }

    private void AskNextHolder()
    {
        _holder++;
        if (_attempts > 0)
        {
            _offset = 0;
        }

        Ask();
    }

    private void Forget()
    {
        _wanted = null;
        _holders = [];
        _offset = 0;
        _offsetLastTime = -1;
        _isStoring = false;
    }

    private void Ask() => state.Send(Holder, new SnapshotPartRequest(_wanted!.Position.Index, _wanted.Checksum, _offset));
}
