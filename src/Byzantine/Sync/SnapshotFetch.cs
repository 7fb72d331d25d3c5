using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Byzantine;

/// <summary>
/// Fetches a snapshot that somebody shows with its certificate: a correct member has it, bytes and all. Each part is checked by itself against the certified hash before it is stored, so it
/// does not matter who sends it; who sends a wrong one has lied, and is asked for none any more.
/// </summary>
/// <param name="state">The replica's state.</param>
/// <param name="onComplete">Called when the snapshot is on disk.</param>
internal sealed class SnapshotFetch(OrderingState state, Action<CertifiedSnapshot, NodeId> onComplete)
{
    private readonly Patience _patience = new(state, state.Options.ViewTimeout, doublingsMax: 6);
    private readonly SortedDictionary<NodeId, CertifiedSnapshot> _offers = [];
    private readonly SortedSet<NodeId> _liars = [];
    private CertifiedSnapshot? _wanted;
    private NodeId _holder;
    private long _offset;
    private bool _isAsking;
    private bool _isStoring;
    private bool _isPaused;
    private bool _isRepeated;

    /// <summary>Asks who has a snapshot, or again for the part that did not come.</summary>
    public void OnTime()
    {
        if (_wanted is null)
        {
            _isAsking = true;
            state.Broadcast(new SnapshotRequest(state.Log.Committed));
        }
        else if (_isStoring)
        {
            _patience.Begin();
        }
        else if (_patience.IsOver)
        {
            _patience.Double();
            Leave(_holder);
        }
        else if (_isPaused)
        {
            Ask();
        }
        else if (_patience.IsHalfOver && !_isRepeated)
        {
            // The question may be lost, or the answer. Not more often than once, since both may as well be on their way.
            _isRepeated = true;
            Request();
        }
    }

    /// <summary>Blocks have come instead, or the snapshot is there.</summary>
    public void Stop()
    {
        Forget();
        _offers.Clear();
        _liars.Clear();
        _patience.Reset();
        _isAsking = false;
    }

    /// <summary>A member shows its newest snapshot.</summary>
    public void OnOffer(NodeId from, SnapshotOffer offer)
    {
        if (_isAsking && !_liars.Contains(from))
        {
            _offers[from] = offer.Snapshot;
            if (_wanted is null)
            {
                Choose(preferred: null);
            }
        }
    }

    /// <summary>A part has come.</summary>
    public void OnPart(NodeId from, SnapshotPart part)
    {
        if (_wanted?.Snapshot is not { } wanted || _isStoring || from != _holder || part.Index != wanted.Position.Index || part.Offset != _offset)
        {
            return;
        }

        state.Asking.OnAnswer(from, AnswerPart.OfBytes(part.Data.Length));
        if (part.Data.Length != Math.Min(Blake3Outline.PartSizeWithin(state.Options.CatchUpBytes), wanted.Length - _offset))
        {
            // It has a newer one by now, or wants to be asked for ever. Or parts are of another size there: what is stored of such a one others could not go on from.
            Leave(from);
        }
        else if (!Blake3Outline.Verify(wanted.Checksum, wanted.Length, part.Offset, part.Data.Span, part.Proof.Span))
        {
            _liars.Add(from);
            Leave(from);
        }
        else
        {
            _isStoring = true;
            state.Effects.Request(new StoreSnapshotChunk(from, wanted, part.Offset, part.Data.ToArray()));
        }
    }

    /// <summary>The part is on disk.</summary>
    public void OnStored(SnapshotChunkStored stored)
    {
        if (_wanted is not { } wanted || stored.Snapshot != wanted.Snapshot)
        {
            return;
        }

        _isStoring = false;
        if (stored.IsComplete)
        {
            Forget();
            onComplete(wanted, stored.From);
        }
        else if (stored.NextOffset != _offset)
        {
            // Further, as a rule; what another attempt has stored counts.
            _offset = stored.NextOffset;
            Ask();
        }
    }

    /// <summary>Asks a member for nothing more before all have been asked again.</summary>
    private void Leave(NodeId member)
    {
        _offers.Remove(member);
        var left = _wanted;
        Forget();
        Choose(left);
        if (_liars.Count > state.Members.FaultsMax)
        {
            // Not all of them can be liars: perhaps a disk here or there.
            _liars.Clear();
        }
    }

    /// <summary>Goes on with a snapshot that another member has too, or begins with the newest that is offered.</summary>
    private void Choose(CertifiedSnapshot? preferred)
    {
        var useful = _offers.Where(offer => offer.Value.Snapshot.Position.Index > state.Log.CommitIndex);
        foreach (var (member, offered) in useful.OrderByDescending(offer => offer.Value.Snapshot == preferred?.Snapshot).ThenByDescending(offer => offer.Value.Number.Value))
        {
            _wanted = offered;
            _holder = member;
            Ask();
            return;
        }
    }

    private void Forget()
    {
        _wanted = null;
        _offset = 0;
        _isStoring = false;
        _isPaused = false;
    }

    private void Ask()
    {
        _isRepeated = false;
        _isPaused = !state.Asking.TryAsk(_holder);
        if (!_isPaused)
        {
            _patience.Begin();
            Request();
        }
    }

    private void Request() => state.Send(_holder, new SnapshotPartRequest(_wanted!.Snapshot.Position.Index, _wanted.Snapshot.Checksum, _offset));
}
