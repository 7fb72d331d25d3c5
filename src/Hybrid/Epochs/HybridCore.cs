using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Hybrid.Messages;

namespace Consensus.Hybrid;

/// <summary>
/// Runs the core of one engine after another over one log (docs/hybrid.md). What happens to the replica happens to the core of the epoch that runs; when that has committed the order to end it, the replica says where and with what
/// state, and when so many have said the same that there can be no other end, the next epoch begins behind it.
/// </summary>
internal sealed class HybridCore : IProtocolCore
{
    private readonly HybridEngine _engine;
    private readonly NodeId[] _others;
    private readonly ClusterMembership _membership;
    private readonly ulong _seed;
    private readonly SealDesk _desk;
    private readonly EpochChain _chain;
    private readonly LatecomerDesk _latecomers = new();
    private readonly List<LogEntry> _toHand;
    private readonly IReadOnlyList<ulong> _stale;
    private RunningEpoch _epoch;
    private EpochEnd _end;
    private FloorDesk? _floors;
    private RaftEnd? _raftEnd;
    private Entrance? _entrance;
    private Lsn _durable;
    private bool _hasStarted;
    private bool _isFresh;
    private bool _acceptsWrites;
    private (Ticks Now, Timestamp Time) _clock;

    public HybridCore(CoreContext context, HybridEngine engine)
    {
        _engine = engine;
        _seed = context.Seed;
        _membership = context.Recovered.Bootstrap;
        _others = [.. engine.First.Members.Members.Select(member => member.Id).Where(id => id != context.Self)];
        _desk = new SealDesk(context.Self, engine.Identity.Signatures);
        _acceptsWrites = context.Recovered.AcceptsWrites;

        var found = new RecoveredEpochs(engine.First, context.Recovered);
        _chain = new EpochChain(engine, found.Beginnings, found.Ahead);
        _toHand = found.ToHand;
        _stale = found.StaleSlots;
        _durable = context.Recovered.LastLsn;
        _latecomers.Recover(found.Past);
        Begin(found.OfEngine, found.OfAgreement, (found.Handed, found.HandedTime), context.Now);
        _epoch.Scope.Recover(found.OfEngine.Slots.Keys);
        _epoch.Scope.OnSaved(context.Recovered.Snapshot);
        if (found.Snapshot is { } beginning)
        {
            _epoch.Scope.OnBeginningSaved(beginning);
        }

        if (found.Floor is { } floor)
        {
            _floors?.Recover(floor, context.Now);
        }

        if (found.Report is { } report)
        {
            _raftEnd?.Recover(report, found.Order, context.Now);
        }

        _end.Recover(found.Next, found.Ended, context.Now);
    }

    /// <inheritdoc/>
    public Ticks NextDeadline => _isFresh
        ? _clock.Now
        : Ticks.Min(_epoch.NextDeadline, IsServing ? Ticks.Min(_desk.Deadline, _floors?.Deadline ?? Ticks.Never) : _entrance is null ? Ticks.Min(_end.Deadline, _raftEnd?.Deadline ?? Ticks.Never) : Ticks.Never);

    /// <inheritdoc/>
    /// <remarks>Between two epochs nobody leads, so that callers' commands wait, and are proposed again when somebody does.</remarks>
    public CoreStatus Status
    {
        get
        {
            var status = _epoch.Status;
            status = status with { Epoch = Current.Number, RunningEpoch = _epoch.Known.Status, Certified = _floors?.Certified ?? status.Certified };
            if (_isFresh)
            {
                return status with { Role = ReplicaRole.Follower, Leader = NodeId.None };
            }

            // What the core counts as committed behind the end is nothing, and what it is given besides, it does not count.
            return IsServing ? status : status with
            {
                Role = ReplicaRole.Follower,
                Leader = NodeId.None,
                CommitIndex = _epoch.Scope.Handed.Index,
                Certified = LogIndex.Min(status.Certified, _epoch.Scope.Handed.Index),
                LastIndex = LogIndex.Max(status.LastIndex, _epoch.Scope.Handed.Index),
            };
        }
    }

    /// <summary>The epoch that the replica is in, for checks.</summary>
    internal RunningEpoch Running => _epoch;

    /// <summary>The floors of that epoch, if it has some, for checks.</summary>
    internal FloorDesk? Floors => _floors;

    /// <summary>What began each epoch but the first, for checks.</summary>
    internal ImmutableArray<HandoverCertificate> Beginnings => _chain.Beginnings;

    private EpochDescriptor Current => _epoch.Descriptor;

    private bool IsEnding => _end.Next is not null || _raftEnd?.HasEnded == true;

    private bool IsServing => !IsEnding && !_isFresh;

    /// <summary>An epoch that begins as soon as that is on disk.</summary>
    /// <param name="After">The last record that says so.</param>
    /// <param name="Beginning">The entry that begins it; none, if the state was fetched that has it.</param>
    /// <param name="Snapshot">That state.</param>
    private sealed record Entrance(Lsn After, LogEntry? Beginning, SnapshotDescriptor? Snapshot);

    /// <inheritdoc/>
    public void BeginTurn(Ticks now, Timestamp clock)
    {
        _clock = (now, clock);
        _epoch.BeginTurn(now, clock);
        _raftEnd?.BeginTurn(now);
    }

    /// <inheritdoc/>
    public void Step(Ticks now, Input input, EffectBuffer effects)
    {
        if (input is SnapshotSaved { Snapshot: var newest })
        {
            _epoch.Scope.OnSaved(newest);
        }

        switch (input)
        {
            case MessageReceived received:
                OnMessage(now, received, effects);
                break;
            case SealRequested request when IsEnding:
                effects.CompleteControl(request.Ticket, new ControlResult(RefusalReason.Busy, $"Epoch {Current.Number.Value} is ending already."));
                break;
            case SealRequested request:
                _desk.OnRequested(request, Current, now, effects);
                break;
            case MembershipChangeRequested change:
                effects.CompleteControl(change.Ticket, new ControlResult(RefusalReason.NotSupported, "The members of a hybrid are those that it began with."));
                break;
            case CommandsProposed proposed when !IsServing:
                foreach (ref readonly var proposal in proposed.Proposals.Span)
                {
                    effects.Refuse(proposal.Ticket, RefusalReason.NoLeader);
                }

                break;
            case ReadRequested read when !IsServing:
                effects.Refuse(read.Ticket, RefusalReason.NoLeader);
                break;
            case StateHashed hashed when _end.TryTake(hashed, now, effects):
                break;
            case StateHashed hashed when hashed.Index <= Current.Start.Index.Next:
                OnBeginningHashed(hashed, effects);
                break;
            case StateHashed hashed:
                OnMarkHashed(now, hashed, effects);
                break;
            case SnapshotSaved saved when saved.Snapshot.Position.Index <= Current.Start.Index.Next:
                OnEarlySaved(saved.Snapshot, effects);
                break;
            case SnapshotSaved saved when _floors?.KeepsBack(saved) == true:
                break;
            case SnapshotRestored restored when restored.Snapshot.Position.Index <= Current.Start.Index.Next:
                break;
            case SnapshotChunkRead read when LatecomerDesk.TrySend(read, _epoch, effects):
                break;
            case SnapshotChunkStored stored when _entrance is null && _end.OnStored(stored, now, effects) is { } snapshot:
                Jump(snapshot, effects);
                break;
            case LogDurable durable:
                _durable = durable.Lsn;
                _epoch.Step(now, input, effects);
                break;
            case TimePassed:
                _raftEnd?.Step(now, input);
                _epoch.Step(now, input, effects);
                break;
            case SpaceChanged space:
                _acceptsWrites = space.AcceptsWrites;
                _raftEnd?.Step(now, input);
                _epoch.Step(now, input, effects);
                break;
            default:
                _epoch.Step(now, input, effects);
                break;
        }
    }

    /// <inheritdoc/>
    public void EndTurn(Ticks now, EffectBuffer effects)
    {
        _isFresh = false;
        if (!_hasStarted)
        {
            _hasStarted = true;
            HandOverRecovered(effects);
        }

        if (IsServing && _desk.TryPropose(now, out var proposal))
        {
            _epoch.Step(now, new CommandsProposed(new[] { proposal }, _clock.Time), effects);
        }

        if (IsServing && _floors is { } floors)
        {
            floors.Advance(now, _durable, effects);
            if (floors.TakeReleased() is { } saved)
            {
                _epoch.Step(now, saved, effects);
            }
        }

        _epoch.EndTurn(now, effects);
        if (_entrance is null)
        {
            Approach(now, effects);
        }

        if (_entrance is { } entrance && _durable >= entrance.After)
        {
            Begin(entrance, now, effects);
        }
    }

    /// <inheritdoc/>
    public ProofAnswer Prove(LogIndex index) => _epoch.Core.Prove(index);

    /// <inheritdoc/>
    public ProofAnswer FindCommand(LogIndex index) => _epoch.Core.FindCommand(index);

    /// <inheritdoc/>
    public Digest StateDigest()
    {
        Span<byte> bytes = stackalloc byte[3 * Digest.Size];
        Current.Id.CopyTo(bytes);
        (_end.Next?.Id ?? _raftEnd?.Digest ?? default).CopyTo(bytes[Digest.Size..]);
        _epoch.Core.StateDigest().CopyTo(bytes[(2 * Digest.Size)..]);
        return Blake3.Hash(bytes);
    }

    private void OnMessage(Ticks now, MessageReceived received, EffectBuffer effects)
    {
        var from = received.Message.Sender;
        switch (received.Message.Message)
        {
            case IEpochMessage m:
                OnEpochMessage(now, received, m, effects);
                break;
            case IFloorMessage m when m.Epoch != Current.Tag:
                _chain.OnOtherEpoch(from, m.Epoch, now, effects);
                break;
            case IFloorMessage m when IsServing:
                _floors?.OnMessage(from, m, now, effects);
                break;
            case EndNotice m when m.Epoch == Current.Tag:
                _raftEnd?.OnEnded(from, m.Order);
                break;
            case EndNotice m:
                _chain.OnOtherEpoch(from, m.Epoch, now, effects);
                break;
            case HandoverVote m when m.Ends == Current.Tag:
                Count(from, m, effects);
                _chain.OnEnded(from, now, effects);
                break;
            case HandoverVote m:
                _chain.OnOtherEpoch(from, m.Ends, now, effects);
                break;
            case HandoverProof m:
                _chain.OnProof(from, m, effects);
                break;
            case ProofRequest m:
                _chain.Tell(from, m.Known, now, effects);
                break;
            case EntriesRequest or StateRequest or StatePartRequest:
                _latecomers.OnRequest(from, received.Message.Message, _epoch, now, effects);
                break;
            case StateOffer m when _entrance is null:
                _end.OnOffer(from, m, now, effects);
                break;
            case StatePart m when _entrance is null:
                _end.OnPart(from, m, now, effects);
                break;
            case EntriesAnswer m when _entrance is null:
                _end.OnEntries(from, m, now, effects);
                break;
        }
    }

    private void OnEpochMessage(Ticks now, MessageReceived received, IEpochMessage message, EffectBuffer effects)
    {
        if (message.Epoch == _raftEnd?.Agreement.Descriptor.Tag)
        {
            if (message.Content is { } said)
            {
                _raftEnd.OnMessage(now, new MessageReceived(received.Message.Open(_ => said)));
            }
        }
        else if (message.Epoch != Current.Tag)
        {
            _chain.OnOtherEpoch(received.Message.Sender, message.Epoch, now, effects);
        }
        else if (message.Content is { } content && !LiesAboveFloor(now, received.Message.Sender, content, effects))
        {
            _epoch.Step(now, new MessageReceived(received.Message.Open(_ => content)), effects);
        }
    }

    /// <summary>Whether a message is part of a state above the floor that is known here: with it the replica could not say any more which entries it has there. It comes again; until then the floor may be known.</summary>
    private bool LiesAboveFloor(Ticks now, NodeId from, ProtocolMessage message, EffectBuffer effects) =>
        message is Raft.Messages.SnapshotChunk chunk && _floors?.Reaches(chunk.Snapshot.Position.Index, from, now, effects) == false;

    private void OnMarkHashed(Ticks now, StateHashed hashed, EffectBuffer effects)
    {
        if (_epoch.Scope.TakeMark(hashed.Index) is { } mark && IsServing)
        {
            _floors?.OnMarked(new FloorContent(mark, hashed.Hash), now, effects);
        }

        _epoch.Step(now, hashed, effects);
    }

    private void Count(NodeId member, HandoverVote vote, EffectBuffer effects)
    {
        if (_epoch.Votes.Add(member, vote.Content, vote.Signature) is { } conflict
            && EquivocationEvidence.TryCreate(conflict.First, conflict.Second, out var evidence, out _))
        {
            effects.Keep(evidence);
            effects.Raise(new EquivocationDetected(evidence.Signer, evidence.About, evidence.ComputeDigest()));
        }
    }

    private void Approach(Ticks now, EffectBuffer effects)
    {
        if (_epoch.Votes.Certificate is { } complete)
        {
            _chain.OnComplete(complete, effects);
        }

        _raftEnd?.Advance(now, _durable, _acceptsWrites, effects);
        _end.Look(_chain.Following, _raftEnd?.Start, _raftEnd?.Floor, now, effects);
        if (_end.Next is null)
        {
            return;
        }

        _end.Advance(_chain, _durable, now, effects);
        if (_end.IsReached && _chain.Following is { } following)
        {
            var beginning = following.Next.ToEntry();
            _end.Cut(effects);
            effects.Append(beginning);
            Leave(1, beginning, null, effects);
        }
    }

    /// <summary>The state at the beginning of a later epoch is here: what lies between is skipped.</summary>
    private void Jump(SnapshotDescriptor snapshot, EffectBuffer effects)
    {
        effects.Rebase(snapshot.Position);
        Leave(_chain.Ahead.Count(certificate => certificate.Next.Number <= snapshot.Epoch), null, snapshot, effects);
    }

    /// <summary>The replica leaves the epoch for one of those behind; the log is as that needs it.</summary>
    private void Leave(int epochs, LogEntry? beginning, SnapshotDescriptor? snapshot, EffectBuffer effects)
    {
        _epoch.Freeze();
        effects.Save(EpochSlots.Ended, default);
        effects.Save(EpochSlots.Next, default);
        effects.Save(EpochSlots.Floor, default);
        effects.Save(EpochSlots.Report, default);
        foreach (var slot in _raftEnd?.Slots ?? [])
        {
            effects.Save(slot, default);
        }

        foreach (var slot in _epoch.Scope.Slots)
        {
            effects.Save(slot, default);
        }

        _chain.Enter(epochs);
        _entrance = new Entrance(effects.LastLsn, beginning, snapshot);
    }

    private void Begin(Entrance entrance, Ticks now, EffectBuffer effects)
    {
        effects.KeepSnapshots([]);
        if (entrance.Beginning is { } beginning)
        {
            _latecomers.Keep(_epoch, _end.Fetched, beginning);
            effects.Commit(beginning);
        }
        else
        {
            effects.InstallSnapshot(entrance.Snapshot!);
        }

        var first = _chain.Current.ToEntry();
        var position = new LogPosition(first.Index, first.Term, first.Chain);
        var recovered = new RecoveredState
        {
            Snapshot = null,
            Base = position,
            Entries = [],
            Applied = position.Index,
            Slots = ImmutableSortedDictionary<ulong, ReadOnlyMemory<byte>>.Empty,
            LastLsn = effects.LastLsn,
            Bootstrap = _membership,
            AcceptsWrites = _acceptsWrites,
        };
        _entrance = null;
        Begin(recovered, EpochSlots.AgreementOn(_chain.Current.Number, recovered), (position, _chain.Current.Time), now);
        _epoch.BeginTurn(now, _clock.Time);
        _isFresh = true;
        effects.Raise(new EpochBegun(Current.Number, Current.Id, _epoch.Known.Status.Protocol, position.Index));
        _desk.OnBegun(Current, effects);
        if (entrance.Snapshot is { } snapshot)
        {
            KeepBeginning(snapshot, effects);
        }
    }

    /// <summary>A snapshot was saved of an epoch before this one, whose engine would have known what to do with it; or of the beginning of this one, for those who come late.</summary>
    private void OnEarlySaved(SnapshotDescriptor snapshot, EffectBuffer effects)
    {
        if (snapshot.Position.Index == Current.Start.Index.Next)
        {
            KeepBeginning(snapshot, effects);
        }
    }

    private void KeepBeginning(SnapshotDescriptor snapshot, EffectBuffer effects)
    {
        effects.Save(EpochSlots.Snapshot, EpochSlots.SnapshotValue(snapshot));
        effects.KeepSnapshots(_epoch.Scope.OnBeginningSaved(snapshot));
    }

    [MemberNotNull(nameof(_epoch), nameof(_end))]
    private void Begin(RecoveredState recovered, RecoveredState ofAgreement, (LogPosition Position, Timestamp Time) handed, Ticks now)
    {
        var known = _engine.Know(_chain.Current);
        var core = known.Engine.CreateCore(new CoreContext
        {
            Self = _engine.Identity.Self,
            Epoch = _chain.Current.Number,
            Recovered = recovered,
            Seed = _seed + _chain.Current.Number.Value,
            Now = now,
        });
        var scope = new EpochScope(known, _engine.Identity.Signatures, handed.Position, handed.Time);
        scope.CompactTo(recovered.Base.Index);
        _epoch = new RunningEpoch(known, core, scope);
        _end = new EpochEnd(_epoch, _engine, _others);
        _floors = known.Descriptor.Protocol == EpochProtocol.Raft ? new FloorDesk(_epoch, _engine.Identity, _others) : null;
        _raftEnd = _floors is { } floors ? new RaftEnd(_epoch, _engine, floors, _others, ofAgreement, _seed ^ _chain.Current.Number.Value) : null;
        _engine.Book.Begin(known, _raftEnd?.Agreement);
    }

    private void HandOverRecovered(EffectBuffer effects)
    {
        foreach (var slot in _stale)
        {
            effects.Save(slot, default);
        }

        if (_epoch.Scope.Beginning is { } beginning)
        {
            effects.KeepSnapshots([beginning]);
        }

        foreach (var entry in _toHand)
        {
            _epoch.Scope.OnHanded(entry);
            effects.Commit(entry);
        }

        _toHand.Clear();
    }

    private void OnBeginningHashed(StateHashed hashed, EffectBuffer effects)
    {
        if (hashed.Index == Current.Start.Index.Next && _chain.Beginnings is [.., var last] && hashed.Hash != last.Content.StateHash)
        {
            effects.Raise(new StateDiverged(hashed.Index, _engine.Identity.Self, last.Content.StateHash, hashed.Hash));
        }
    }
}
