using Consensus.Engine;
using Consensus.Hybrid.Messages;

namespace Consensus.Hybrid;

/// <summary>
/// How a replica gets to the end of an epoch: it learns where that is, applies everything up to there and nothing behind, writes down that it has ended the epoch and says so, with its state, again and again until the next one begins.
/// </summary>
/// <param name="epoch">The epoch.</param>
/// <param name="engine">Who the replica is.</param>
/// <param name="others">The other members.</param>
internal sealed class EpochEnd(RunningEpoch epoch, HybridEngine engine, IReadOnlyList<NodeId> others)
{
    private readonly EntryFetch _entries = new(others);
    private readonly HandoverSpeaker _speaker = new(epoch, engine.Identity, others);
    private readonly StateFetch _state = new(engine.Identity.Self);
    private LogPosition? _floor;
    private Lsn _cutAt;
    private Lsn? _nextAt;
    private bool _awaitsHash;

    private bool IsRaft => epoch.Descriptor.Protocol == EpochProtocol.Raft;

    /// <summary>The epoch that follows, once it is known where this one ends.</summary>
    public EpochDescriptor? Next { get; private set; }

    /// <summary>Whether the replica has ended the epoch: it has said so, or will have as soon as that is on disk.</summary>
    public bool IsSaid => _speaker.HasSaid;

    /// <summary>Whether everything up to the end was handed to the state machine, and nothing else.</summary>
    public bool IsReached => Next is not null && epoch.Scope.Handed == Next.Start;

    private bool HasTooMuch => Next is { } next && !IsReached && epoch.Scope.Handed.Index >= next.Start.Index;

    /// <summary>Entries before the end that the epoch's engine did not have.</summary>
    public IReadOnlyList<LogEntry> Fetched { get; private set; } = [];

    /// <summary>Whether the log on disk ends with the last entry that the state machine was given; otherwise it may go on with what the engine accepted behind.</summary>
    public bool IsCut { get; private set; }

    /// <summary>When <see cref="Advance"/> is wanted at the latest.</summary>
    public Ticks Deadline => Ticks.Min(_speaker.Deadline, Ticks.Min(_entries.Deadline, _state.Deadline));

    /// <summary>The replica was started again.</summary>
    /// <param name="next">The epoch that follows, if it had known where this one ends.</param>
    /// <param name="said">What it had said that ends this one; nothing, if it had not.</param>
    /// <param name="now">The time.</param>
    public void Recover(EpochDescriptor? next, HandoverContent? said, Ticks now)
    {
        if ((said?.Next ?? next) is { } known)
        {
            GoTo(known);
            epoch.Scope.IsEndOnDisk = true;
        }

        if (said is not null)
        {
            _speaker.Say(said, now);
        }
    }

    /// <summary>Looks whether the end is known: by the order that this replica has committed, by what was decided about reports, by enough others who know it, or by what begins the next epoch.</summary>
    /// <param name="following">What begins the next epoch, if that is known.</param>
    /// <param name="decided">In an epoch of Raft: the last entry that may be kept, once that is decided.</param>
    /// <param name="floor">In an epoch of Raft: the highest floor that is known.</param>
    /// <param name="now">The time.</param>
    /// <param name="effects">Takes what is to be done.</param>
    public void Look(HandoverCertificate? following, LogPosition? decided, LogPosition? floor, Ticks now, EffectBuffer effects)
    {
        _floor = floor;
        if (Next is not null)
        {
            return;
        }

        // An order that only a lying leader has committed does not end an epoch of Raft: it lies behind what is kept.
        if (epoch.Scope.Seal is { } seal && (!IsRaft || seal.Entry.Index <= decided?.Index))
        {
            Find(epoch.Descriptor.By(seal.Order, epoch.Scope.Handed, seal.Entry.Time), effects);
        }
        else if ((following?.Next ?? epoch.Votes.Believed?.Next) is { } next)
        {
            Find(next, effects);
        }
        else if (decided is { } last)
        {
            Approach(last, now, effects);
        }

        if (!IsRaft && Next is not null)
        {
            var cause = epoch.Scope.Seal is { } order ? new EndCause.ByOrder(order.Order) : null;
            effects.Raise(new EpochEnded(epoch.Descriptor.Number, cause?.Reason ?? "other members have", cause?.KindIn(epoch.Descriptor) ?? EpochEndCause.Unknown));
        }
    }

    /// <summary>A replica that does not belong to the epoch has nothing to end. It takes the state at the beginning of a later one, if it belongs to that.</summary>
    /// <param name="chain">What is known of the epochs behind.</param>
    /// <param name="durable">How far the write-ahead log is on disk.</param>
    /// <param name="now">The time.</param>
    /// <param name="effects">Takes what is to be done.</param>
    public void AwaitOwn(EpochChain chain, Lsn durable, Ticks now, EffectBuffer effects)
    {
        if (chain.Ahead is [.., var last] && last.Next.Has(engine.Identity.Self) && durable >= chain.SavedAt)
        {
            _state.Begin(FetchedState.AtBeginning(last), now);
        }

        _state.Advance(now, effects);
    }

    /// <summary>Gets on towards an end that is known.</summary>
    /// <param name="chain">What is known of the epochs behind.</param>
    /// <param name="durable">How far the write-ahead log is on disk.</param>
    /// <param name="now">The time.</param>
    /// <param name="effects">Takes what is to be done.</param>
    public void Advance(EpochChain chain, Lsn durable, Ticks now, EffectBuffer effects)
    {
        var ahead = chain.Ahead;
        var following = ahead is [var first, ..] ? first : null;
        Invariant.Holds(following is null || following.Next.Id == Next!.Id, "An epoch has one end.");
        epoch.Scope.IsEndOnDisk |= durable >= _nextAt;
        if (!IsReached && !_entries.IsUnderWay)
        {
            ReachEnd(now, effects);
        }

        if (IsReached && following is not null)
        {
            // The next epoch begins in this very turn; what the state is at its beginning nobody needs to be told any more.
            return;
        }

        if (IsReached)
        {
            _state.End();
        }

        if (IsReached && !IsSaid && !_awaitsHash)
        {
            _awaitsHash = true;
            effects.Request(new HashState());
        }

        _entries.Advance(now, effects);
        if (ahead.Count > 1 || (ahead.Count == 1 && (_entries.IsHopeless || HasTooMuch)))
        {
            Cut(effects);
            if (durable >= chain.SavedAt && durable >= _cutAt)
            {
                // A state that is on disk says which epoch the replica is in.
                _state.Begin(FetchedState.AtBeginning(ahead[^1]), now);
            }
        }
        else if (IsRaft && epoch.Scope.IsEndOnDisk && ahead.Count == 0 && (_entries.IsHopeless || HasTooMuch) && epoch.Votes.Believed is { } said && said.Next.Id == Next!.Id)
        {
            // Perhaps the next epoch cannot begin without this replica.
            _state.Begin(FetchedState.AtEnd(epoch.Descriptor, said), now);
        }

        _state.Advance(now, effects);
        _speaker.Advance(now, effects);
    }

    /// <summary>Entries have come.</summary>
    public void OnEntries(NodeId from, EntriesAnswer answer, Ticks now, EffectBuffer effects)
    {
        if (_entries.OnAnswer(from, answer, now, effects) is not { } entries)
        {
            return;
        }

        // Only now is it known that what lies before them in the replica's own log leads to the end.
        LogEntry[] own = [.. epoch.Read(epoch.Scope.Handed.Index.Next, entries[0].Index - 1)];
        if (Next is null)
        {
            Find(NextBehind(own.Concat(entries)), effects);
        }

        foreach (var entry in own.TakeWhile(entry => entry.Index <= Next!.Start.Index))
        {
            if (IsCut)
            {
                effects.Append(entry);
            }

            Hand(entry, effects);
        }

        Cut(effects);
        Fetched = [.. entries.TakeWhile(entry => entry.Index <= Next!.Start.Index)];
        foreach (var entry in Fetched)
        {
            effects.Append(entry);
            Hand(entry, effects);
        }
    }

    /// <summary>A member says of which bytes the state at the beginning of a later epoch is made.</summary>
    public void OnOffer(NodeId from, StateOffer offer, Ticks now, EffectBuffer effects) => _state.OnOffer(from, offer.Snapshot, now, effects);

    /// <summary>A part of that state has come.</summary>
    public void OnPart(NodeId from, StatePart part, Ticks now, EffectBuffer effects) => _state.OnPart(from, part, now, effects);

    /// <summary>A part of a snapshot is on disk.</summary>
    /// <returns>The state at the beginning of a later epoch, once all of it is there.</returns>
    public SnapshotDescriptor? OnStored(SnapshotChunkStored stored, Ticks now, EffectBuffer effects)
    {
        if (_state.OnStored(stored, now, effects) is not var (state, snapshot))
        {
            return null;
        }

        if (state.In != epoch.Descriptor.Number)
        {
            return snapshot;
        }

        Install(snapshot, effects);
        return null;
    }

    /// <summary>The state was hashed.</summary>
    /// <returns>Whether that was asked for here.</returns>
    public bool TryTake(StateHashed hashed, Ticks now, EffectBuffer effects)
    {
        if (!_awaitsHash || hashed.Index != Next!.Start.Index)
        {
            return false;
        }

        _awaitsHash = false;
        var content = new HandoverContent(Next, hashed.Hash);
        effects.Save(EpochSlots.Ended, EpochSlots.EndedValue(content));
        _speaker.Say(content, now);
        return true;
    }

    /// <summary>Takes from the log on disk what lies behind the last entry that the state machine was given.</summary>
    public void Cut(EffectBuffer effects)
    {
        if (IsCut)
        {
            return;
        }

        IsCut = true;
        epoch.Freeze();
        if (epoch.Status.LastIndex > epoch.Scope.Handed.Index)
        {
            _cutAt = effects.Truncate(epoch.Scope.Handed.Index.Next);
        }
    }

    /// <summary>The state at the end of the epoch is here: what lies before is skipped.</summary>
    private void Install(SnapshotDescriptor snapshot, EffectBuffer effects)
    {
        _entries.End();
        IsCut = true;
        effects.Rebase(snapshot.Position);
        effects.InstallSnapshot(snapshot);
        epoch.Scope.OnInstalled(snapshot);
    }

    /// <summary>The last entry that may be kept is known: the end is there, or at the first order before it.</summary>
    private void Approach(LogPosition last, Ticks now, EffectBuffer effects)
    {
        var handed = epoch.Scope.Handed;
        if (handed.Index > last.Index)
        {
            // More was applied than is kept, which takes a lying leader: others say where the epoch ends, and have the state.
            return;
        }

        if (handed == last)
        {
            Find(epoch.Descriptor.Escalated(handed, epoch.Scope.HandedTime), effects);
        }
        else if (epoch.Has(last))
        {
            Find(NextBehind(epoch.Read(handed.Index.Next, last.Index)), effects);
        }
        else
        {
            if (!_entries.IsUnderWay)
            {
                _entries.Begin(epoch.PlacesBefore(last, _floor), last, now);
            }

            _entries.Advance(now, effects);
        }
    }

    private EpochDescriptor NextBehind(IEnumerable<LogEntry> entries)
    {
        LogEntry last = default;
        foreach (var entry in entries)
        {
            last = entry;
            if (epoch.Scope.FindOrder(entry) is { } order)
            {
                return epoch.Descriptor.By(order, PositionOf(last), last.Time);
            }
        }

        return epoch.Descriptor.Escalated(PositionOf(last), last.Time);

        static LogPosition PositionOf(in LogEntry entry) => new(entry.Index, entry.Term, entry.Chain);
    }

    /// <summary>It is known where the epoch ends.</summary>
    private void Find(EpochDescriptor next, EffectBuffer effects)
    {
        _nextAt = IsRaft ? effects.Save(EpochSlots.Next, EpochSlots.NextValue(next)) : null;
        GoTo(next);
    }

    private void GoTo(EpochDescriptor next)
    {
        _entries.End();
        if (IsRaft)
        {
            epoch.Freeze();
        }

        Next = next;
        epoch.Scope.Stop = next.Start.Index;
    }

    private void ReachEnd(Ticks now, EffectBuffer effects)
    {
        var scope = epoch.Scope;
        var end = Next!.Start;
        if (scope.Handed.Index >= end.Index)
        {
            // What was applied is not what is kept: only liars in an epoch of Raft bring that about. The state at the beginning of the next epoch takes its place.
            return;
        }

        if (!epoch.Has(end))
        {
            epoch.Freeze();
            _entries.Begin(epoch.PlacesBefore(end, _floor), end, now);
            return;
        }

        foreach (var entry in epoch.Read(scope.Handed.Index.Next, end.Index))
        {
            Hand(entry, effects);
        }
    }

    private void Hand(in LogEntry entry, EffectBuffer effects)
    {
        epoch.Scope.OnHanded(entry);
        effects.Commit(entry);
    }
}
