using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Byzantine;

/// <summary>
/// Fetches a snapshot that somebody shows with its certificate: a correct member has it, bytes and all. Each part is checked by itself against the certified hash before it is stored, so it
/// does not matter who sends it; who sends a wrong one has lied, and is asked for none any more.
/// </summary>
/// <remarks>
/// <para>
/// Nobody sets the pace but the fastest member that has the snapshot. A part is asked of whoever took least for its last one; and with it of another one, if that was not tried for some parts. If it has not
/// come in twice the time that another one takes, that one is asked as well. Whoever brings it first is taken, and late ones are measured.
/// A member that was much slower than another one is tried half as often from then on, so one that is slow on purpose costs no more than the logarithm of the number of parts, each time as long as it takes to notice.
/// </para>
/// <para>
/// A snapshot that no more than f members offer may be in the hands of liars alone. It is left for one that more offer, which a correct member has.
/// </para>
/// </remarks>
/// <param name="state">The replica's state.</param>
/// <param name="onComplete">Called when the snapshot is on disk.</param>
internal sealed class SnapshotFetch(OrderingState state, Action<CertifiedSnapshot, NodeId> onComplete)
{
    /// <summary>How many times as long as another one a member may take before the other one is asked as well, and before it counts as slow.</summary>
    private const int SlowFactor = 2;

    private readonly Patience _patience = new(state, state.Options.ViewTimeout, doublingsMax: 6);

    // One for each member at most.
    private readonly SortedDictionary<NodeId, SnapshotSource> _sources = [];
    private CertifiedSnapshot? _wanted;
    private Ticks _searchedAt;
    private long _offset;
    private long _parts;
    private bool _isAsking;
    private bool _isStoring;
    private bool _isPaused;
    private bool _isRepeated;

    private IEnumerable<SnapshotSource> Holders => _sources.Values.Where(source => source.Has(_wanted!.Snapshot));

    /// <summary>Who can be asked for the part, the fastest first. Who has brought none yet comes last.</summary>
    private IEnumerable<SnapshotSource> Candidates => Holders
        .Where(source => !source.IsAwaited(_wanted!.Snapshot, _offset))
        .OrderBy(source => source.PartTime ?? TimeSpan.MaxValue)
        .ThenBy(source => source.Losses);

    private IEnumerable<CertifiedSnapshot> Useful =>
        _sources.Values.Select(source => source.Offer).OfType<CertifiedSnapshot>().Where(offer => offer.Snapshot.Position.Index > state.Log.CommitIndex);

    /// <summary>Asks who has a snapshot, or somebody else for the part that did not come.</summary>
    public void OnTime()
    {
        if (_wanted is null || !Holders.Any() || (!IsCertain(_wanted) && state.Now >= _searchedAt + state.Options.ViewTimeout))
        {
            _isAsking = true;
            _searchedAt = state.Now;
            state.Broadcast(new SnapshotRequest(state.Log.Committed));
        }

        if (_wanted is null)
        {
            return;
        }

        if (_isStoring)
        {
            _patience.Begin();
        }
        else if (_isPaused)
        {
            Ask();
        }
        else if ((_patience.IsOver || IsSlow()) && TryAskAnother())
        {
            _patience.Begin();
        }
        else if (_patience.IsOver)
        {
            GiveUp();
        }
        else if (_patience.IsHalfOver && !_isRepeated && !Candidates.Any())
        {
            // The question may be lost, or the answer. Not more often than once, since both may as well be on their way.
            _isRepeated = true;
            foreach (var source in Holders)
            {
                Request(source.Id);
            }
        }
    }

    /// <summary>Blocks have come instead, or the snapshot is there.</summary>
    public void Stop()
    {
        Forget();
        _sources.Clear();
        _patience.Reset();
        _parts = 0;
        _isAsking = false;
    }

    /// <summary>A member shows its newest snapshot.</summary>
    public void OnOffer(NodeId from, SnapshotOffer offer)
    {
        if (!_isAsking)
        {
            return;
        }

        if (!_sources.TryGetValue(from, out var source))
        {
            _sources.Add(from, source = new SnapshotSource(from));
        }

        source.OnOffer(offer.Snapshot);
        if (_wanted is null || (!Holders.Any() && !_isStoring))
        {
            Choose();
        }
        else if (!_isStoring && IsBetterOffered())
        {
            Forget();
            Choose();
        }
    }

    /// <summary>A part has come.</summary>
    public void OnPart(NodeId from, SnapshotPart part)
    {
        if (!_isAsking || !_sources.TryGetValue(from, out var source))
        {
            return;
        }

        // Also what comes late has cost it something.
        state.Asking.OnAnswer(from, AnswerPart.OfBytes(part.Data.Length));
        if (_wanted?.Snapshot is not { } wanted || part.Index != wanted.Position.Index || !source.Owes(wanted, part.Offset))
        {
            return;
        }

        if (_isStoring || part.Offset != _offset)
        {
            source.OnPart(state.Now);
        }
        else if (part.Data.Length != Math.Min(Blake3Outline.PartSizeWithin(state.Options.CatchUpBytes), wanted.Length - _offset))
        {
            // It has a newer one by now, or wants to be asked for ever. Or parts are of another size there: what is stored of such a one others could not go on from.
            source.OnRefused();
            GoOnWithout();
        }
        else if (!Blake3Outline.Verify(wanted.Checksum, wanted.Length, part.Offset, part.Data.Span, part.Proof.Span))
        {
            source.OnLie();
            Forgive();
            GoOnWithout();
        }
        else
        {
            var time = source.OnPart(state.Now);
            if (_patience.IsShorterThan(time))
            {
                // It has taken longer than it was given, but nobody else was faster.
                _patience.Double();
            }

            Compare(source, time);
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
            _parts++;
            if (IsBetterOffered())
            {
                Forget();
                Choose();
            }
            else
            {
                Ask();
            }
        }
    }

    /// <summary>Notes who was slow for a part that a member has brought.</summary>
    private void Compare(SnapshotSource first, TimeSpan time)
    {
        foreach (var other in Holders.Where(source => source != first))
        {
            if (other.Owes(_wanted!.Snapshot, _offset))
            {
                other.OnOvertaken(time, state.Now);
            }
        }

        if (Holders.Any(other => other != first && time > other.PartTime * SlowFactor))
        {
            first.OnSlow();
        }
    }

    /// <summary>Whether another one could have brought the part by now.</summary>
    private bool IsSlow() => Holders.Any(source => source.IsAwaited(_wanted!.Snapshot, _offset)) && Candidates.Any(other => _patience.Elapsed >= other.PartTime * SlowFactor);

    private void Forgive()
    {
        if (_sources.Values.Count(source => source.HasLied) > state.Members.FaultsMax)
        {
            // Not all of them can be liars: perhaps a disk here or there.
            foreach (var source in _sources.Values)
            {
                source.Forgive();
            }
        }
    }

    /// <summary>A member does not have the part.</summary>
    private void GoOnWithout()
    {
        if (!Holders.Any())
        {
            Choose();
        }
        else if (!Holders.Any(source => source.IsAwaited(_wanted!.Snapshot, _offset)))
        {
            Ask();
        }
    }

    /// <summary>Asks nobody for anything more before all have said again what they have.</summary>
    private void GiveUp()
    {
        _patience.Double();
        foreach (var source in Holders.ToArray())
        {
            source.OnGivenUp(state.Now);
        }

        Choose();
    }

    /// <summary>Whether a correct member has a snapshot, by how many offer it.</summary>
    private bool IsCertain(CertifiedSnapshot snapshot) => _sources.Values.Count(source => source.Has(snapshot.Snapshot)) > state.Members.FaultsMax;

    private bool IsBetterOffered() =>
        !IsCertain(_wanted!) && Useful.Any(offer => IsCertain(offer) || (_offset == 0 && offer.Number > _wanted!.Number));

    /// <summary>Goes on with a snapshot that others have too, or begins with the newest that is offered. If there is none, the last one may still come from members that are slow.</summary>
    private void Choose()
    {
        var best = Useful.OrderByDescending(IsCertain).ThenByDescending(offer => offer.Snapshot == _wanted?.Snapshot).ThenByDescending(offer => offer.Number.Value).FirstOrDefault();
        if (best is null)
        {
            _isPaused = _wanted is not null;
            return;
        }

        if (best.Snapshot != _wanted?.Snapshot)
        {
            Forget();
            _wanted = best;
        }

        Ask();
    }

    private void Forget()
    {
        _wanted = null;
        _offset = 0;
        _isStoring = false;
        _isPaused = false;
    }

    /// <summary>Asks the fastest member for the part, and one that was not tried for long.</summary>
    private void Ask()
    {
        _isRepeated = false;
        _isPaused = !TryAskAnother();
        if (_isPaused)
        {
            return;
        }

        _patience.Begin();
        if (_parts > 0 && Candidates.Where(source => source.TryAt <= _parts).MinBy(source => source.TryAt) is { } untried && state.Asking.TryAsk(untried.Id))
        {
            Request(untried);
        }
    }

    private bool TryAskAnother()
    {
        foreach (var next in Candidates)
        {
            if (state.Asking.TryAsk(next.Id))
            {
                Request(next);
                return true;
            }
        }

        return false;
    }

    private void Request(SnapshotSource source)
    {
        source.OnAsked(_wanted!.Snapshot, _offset, state.Now);
        source.TryLater(_parts, _sources.Count);
        Request(source.Id);
    }

    private void Request(NodeId member) => state.Send(member, new SnapshotPartRequest(_wanted!.Snapshot.Position.Index, _wanted.Snapshot.Checksum, _offset));
}
