using Consensus.Engine;

namespace Consensus.Byzantine;

/// <summary>A member as a source of snapshots: what it offers, what it was asked for, and how long it takes for a part.</summary>
/// <param name="id">The member.</param>
internal sealed class SnapshotSource(NodeId id)
{
    private const int TryAfterParts = 8;
    private const int LossesMax = 20;

    private (SnapshotDescriptor Snapshot, long Offset)? _asked;
    private Ticks _askedAt;
    private bool _isOverdue;

    /// <summary>The member.</summary>
    public NodeId Id => id;

    /// <summary>What it shows; none, if it has nothing, or was asked in vain.</summary>
    public CertifiedSnapshot? Offer { get; private set; }

    /// <summary>Whether it has sent a wrong part.</summary>
    public bool HasLied { get; private set; }

    /// <summary>How long it took for the last part, at least; none, if that is not known.</summary>
    public TimeSpan? PartTime { get; private set; }

    /// <summary>How often it turned out to be much slower than another one.</summary>
    public int Losses { get; private set; }

    /// <summary>After how many parts it is tried, whoever is fastest.</summary>
    public long TryAt { get; private set; }

    /// <summary>Whether it can be asked for parts of a snapshot.</summary>
    public bool Has(SnapshotDescriptor snapshot) => Offer?.Snapshot == snapshot;

    /// <summary>Whether it was asked for a part and may still bring it, in time or late.</summary>
    public bool Owes(SnapshotDescriptor snapshot, long offset) => _asked == (snapshot, offset);

    /// <summary>Whether it was asked for a part and may take longer yet.</summary>
    public bool IsAwaited(SnapshotDescriptor snapshot, long offset) => !_isOverdue && Owes(snapshot, offset);

    /// <summary>It shows what it has.</summary>
    public void OnOffer(CertifiedSnapshot offer) => Offer = HasLied ? null : offer;

    /// <summary>It is asked for a part.</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="offset">Where the part begins.</param>
    /// <param name="now">The time. If it is asked for the same once more, the first time counts.</param>
    public void OnAsked(SnapshotDescriptor snapshot, long offset, Ticks now)
    {
        if (!Owes(snapshot, offset))
        {
            (_asked, _askedAt) = ((snapshot, offset), now);
        }

        _isOverdue = false;
    }

    /// <summary>It has sent what it was asked for.</summary>
    /// <returns>How long it took.</returns>
    public TimeSpan OnPart(Ticks now)
    {
        var time = now - _askedAt;
        PartTime = time;
        _asked = null;
        return time;
    }

    /// <summary>Another one has brought the part that this one owes. Whether it is slower is known only if it has had as long.</summary>
    /// <param name="time">How long the other one took.</param>
    /// <param name="now">The time.</param>
    public void OnOvertaken(TimeSpan time, Ticks now)
    {
        if (now - _askedAt > time)
        {
            PartTime = now - _askedAt;
            OnSlow();
        }
    }

    /// <summary>It was asked, and is tried again after some parts: so many that all that are tried send little in vain, and twice as many each time that it turned out to be slow.</summary>
    /// <param name="parts">How many parts there are.</param>
    /// <param name="members">How many members there are to try.</param>
    public void TryLater(long parts, int members) => TryAt = parts + (((long)TryAfterParts * members) << Losses);

    /// <summary>It was much slower than another one.</summary>
    public void OnSlow() => Losses = Math.Min(Losses + 1, LossesMax);

    /// <summary>It has sent a part that is none of the snapshot's.</summary>
    public void OnLie()
    {
        HasLied = true;
        Offer = null;
        _asked = null;
    }

    /// <summary>What was taken for a lie may be a broken disk.</summary>
    public void Forgive() => HasLied = false;

    /// <summary>It does not have the snapshot any more, or parts of it of another size.</summary>
    public void OnRefused()
    {
        Offer = null;
        PartTime = null;
        _asked = null;
        OnSlow();
    }

    /// <summary>It was asked in vain, as were all others: it has to say again what it has. If it is only slow, what it sends counts all the same.</summary>
    public void OnGivenUp(Ticks now)
    {
        Offer = null;
        _isOverdue = true;
        if (_asked is not null && now - _askedAt > PartTime)
        {
            PartTime = now - _askedAt;
        }
    }
}
