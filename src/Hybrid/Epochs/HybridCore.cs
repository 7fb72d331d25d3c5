using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Hybrid.Messages;
using Consensus.Hybrid.Threat;

namespace Consensus.Hybrid;

/// <summary>
/// Runs the core of one engine after another over one log (docs/hybrid.md). What happens to the replica happens to the core of the epoch that runs; when that has committed the order to end it, the replica says where and with what
/// state, and when so many have said the same that there can be no other end, the next epoch begins behind it.
/// </summary>
internal sealed class HybridCore : IProtocolCore
{
    private readonly HybridEngine _engine;
    private readonly KnownMembers _members;
    private readonly ulong _seed;
    private readonly EpochChain _chain;
    private readonly EpochControl _control;
    private readonly LatecomerDesk _latecomers = new();
    private readonly BystanderInquiry _inquiry;
    private RunningEpoch _epoch;
    private EpochEnd _end;
    private RaftEpoch? _raft;
    private Entrance? _entrance;
    private RecoveredEpochs? _found;
    private Lsn _durable;
    private bool _isFresh;
    private bool _acceptsWrites;
    private (Ticks Now, Timestamp Time) _clock;

    public HybridCore(CoreContext context, HybridEngine engine)
    {
        _engine = engine;
        _seed = context.Seed;
        _acceptsWrites = context.Recovered.AcceptsWrites;

        var found = new RecoveredEpochs(engine.First, context.Recovered);
        _chain = new EpochChain(engine, found.Beginnings, found.Ahead);
        engine.Publish(new EpochHistory(engine.First, [.. found.Beginnings, .. found.Ahead]));
        _control = new EpochControl(engine, _chain);
        _inquiry = new BystanderInquiry(_chain);
        _members = new KnownMembers(_chain, context.Recovered.Bootstrap);
        _found = found;
        _durable = context.Recovered.LastLsn;
        _latecomers.Recover(found.Past);
        Begin(found.OfEngine, found.OfAgreement, (found.Handed, found.HandedTime), context.Now);
        _epoch.Scope.Recover(found.OfEngine.Slots.Keys);
        _epoch.Scope.OnSaved(context.Recovered.Snapshot);
        if (found.Snapshot is { } beginning)
        {
            _epoch.Scope.OnBeginningSaved(beginning);
        }

        _raft?.Recover(found, context.Recovered.Snapshot, context.Recovered.Older.Where(older => older.Epoch == Current.Number), context.Now);
        _end.Recover(found.Next, found.Ended, context.Now);
    }

    /// <inheritdoc/>
    public Ticks NextDeadline => _isFresh ? _clock.Now
        : _entrance is not null ? _epoch.NextDeadline
        : Ticks.Min(
            Ticks.Min(_epoch.NextDeadline, _epoch.Known.IsMember ? _control.Threat.Deadline : _inquiry.Deadline),
            IsServing ? Ticks.Min(_control.Deadline, _raft?.Deadline ?? Ticks.Never) : Ticks.Min(_end.Deadline, _raft?.End.Deadline ?? Ticks.Never));

    /// <inheritdoc/>
    /// <remarks>Between two epochs nobody leads, so that callers' commands wait, and are proposed again when somebody does.</remarks>
    public CoreStatus Status
    {
        get
        {
            var status = _members.In(_epoch.Status);
            status = status with { Epoch = Current.Number, RunningEpoch = _epoch.Known.Status, Threat = _control.Threat.Level, Threats = _control.Threat.Threats, Certified = _raft?.Floors.Certified ?? status.Certified };
            var waiting = _epoch.Known.IsMember ? ReplicaRole.Follower : ReplicaRole.Learner;
            if (_isFresh)
            {
                return status with { Role = waiting, Leader = NodeId.None };
            }

            // What the core counts as committed behind the end is nothing, and what it is given besides, it does not count.
            return IsServing ? status : status with
            {
                Role = waiting,
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
    internal FloorDesk? Floors => _raft?.Floors;

    /// <summary>What is known of members that lie, for checks.</summary>
    internal ThreatDesk Threat => _control.Threat;

    /// <summary>What began each epoch but the first, for checks.</summary>
    internal ImmutableArray<HandoverCertificate> Beginnings => _chain.Beginnings;

    private EpochDescriptor Current => _epoch.Descriptor;

    private bool IsEnding => _end.Next is not null || _raft?.End.HasEnded == true;

    private bool IsServing => !IsEnding && !_isFresh && _epoch.Known.IsMember;

    /// <inheritdoc/>
    public void BeginTurn(Ticks now, Timestamp clock)
    {
        _clock = (now, clock);
        _epoch.BeginTurn(now, clock);
        _raft?.End.BeginTurn(now);
    }

    /// <inheritdoc/>
    public void Step(Ticks now, Input input, EffectBuffer effects)
    {
        if (input is SnapshotSaved { Snapshot: var newest })
        {
            _epoch.Scope.OnSaved(newest);
            _raft?.Snapshots.OnSaved(newest);
        }

        switch (input)
        {
            case MessageReceived received:
                OnMessage(now, received, effects);
                break;
            case PeerConnectionChanged change:
                _inquiry.OnConnection(change, now);
                _epoch.Step(now, input, effects);
                break;
            case SealRequested request when !_epoch.Known.IsMember:
                effects.CompleteControl(request.Ticket, new ControlResult(RefusalReason.NoLeader, $"This node does not belong to epoch {Current.Number.Value}; ask one that does."));
                break;
            case SealRequested request:
                _control.OnRequested(request, IsEnding, now, _clock.Time, effects);
                break;
            case MessagesRejected rejected:
                _control.Threat.OnRejected(rejected, now);
                break;
            case MembershipChangeRequested change:
                effects.CompleteControl(change.Ticket, new ControlResult(RefusalReason.NotSupported, "The members of a hybrid change with its epoch: by an operator's order that lists them (consensus seal)."));
                break;
            case CommandsProposed proposed when !IsServing:
                foreach (ref readonly var proposal in proposed.Proposals.Span)
                {
                    effects.Refuse(proposal.Ticket, RefusalReason.NoLeader);
                }

                break;
            case CommandsProposed proposed:
                Propose(now, proposed, effects);
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
            case SnapshotSaved saved when _raft?.Floors.KeepsBack(saved) == true:
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
                _raft?.End.Step(now, input);
                _epoch.Step(now, input, effects);
                break;
            case SpaceChanged space:
                _acceptsWrites = space.AcceptsWrites;
                _raft?.End.Step(now, input);
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
        _found?.HandOver(_epoch.Scope, effects);
        _found = null;

        if (IsServing && _control.Advance(now, _clock.Time, effects) is { } order)
        {
            _epoch.Step(now, new CommandsProposed(new[] { order }, _clock.Time), effects);
        }

        if (IsServing)
        {
            _raft?.Advance(now, _durable, effects);
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

        _members.Advance(effects);
        for (var i = 0; i < effects.Evidence.Count; i++)
        {
            _control.Threat.OnFound(effects.Evidence[i], now);
        }

        for (var i = 0; i < effects.Events.Count; i++)
        {
            _control.Threat.OnEvent(effects.Events[i], now);
        }
    }

    /// <inheritdoc/>
    public ProofAnswer Prove(LogIndex index) => _epoch.Prove(index);

    /// <inheritdoc/>
    public ProofAnswer FindCommand(LogIndex index) => _epoch.FindCommand(index, _latecomers, _raft?.Floors.Certified);

    /// <inheritdoc/>
    public Digest StateDigest()
    {
        Span<byte> bytes = stackalloc byte[3 * Digest.Size];
        Current.Id.CopyTo(bytes);
        (_end.Next?.Id ?? _raft?.End.Digest ?? default).CopyTo(bytes[Digest.Size..]);
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
            case IControlMessage m when m.Epoch != Current.Tag:
                _chain.OnOtherEpoch(from, m.Epoch, now, effects);
                break;
            case IControlMessage m:
                _control.OnMessage(from, m, IsServing, now, _clock.Time, effects);
                break;
            case IFloorMessage m when IsServing:
                _raft?.OnMessage(from, m, now, effects);
                break;
            case EndNotice m when m.Epoch == Current.Tag:
                _raft?.End.OnEnded(from, m.Cause);
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
        if (message.Epoch == _raft?.End.Agreement.Descriptor.Tag)
        {
            if (message.Content is { } said)
            {
                _raft!.End.OnMessage(now, new MessageReceived(received.Message.Open(_ => said)));
            }
        }
        else if (message.Epoch != Current.Tag)
        {
            _chain.OnOtherEpoch(received.Message.Sender, message.Epoch, now, effects);
        }
        else if (message.Content is { } content && _raft?.KeepsFrom(received.Message.Sender, content, now, effects) != true)
        {
            var taken = IsServing && _raft is not null ? _raft.Leaders.OnMessage(received.Message.Sender, content, now, _clock.Time, effects) : content;
            _epoch.Step(now, new MessageReceived(received.Message.Open(_ => taken)), effects);
        }
    }

    private void Propose(Ticks now, CommandsProposed proposed, EffectBuffer effects)
    {
        if (_control.Admit(proposed, now, effects) is { Proposals.Length: > 0 } admitted)
        {
            _epoch.Step(now, admitted, effects);
        }
    }

    private void OnMarkHashed(Ticks now, StateHashed hashed, EffectBuffer effects)
    {
        if (_epoch.Scope.TakeMark(hashed.Index) is { } mark && IsServing)
        {
            _raft?.OnMarked(new FloorContent(mark, hashed.Hash), now, effects);
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
        if (!_epoch.Known.IsMember)
        {
            _inquiry.Advance(now, effects);
            _end.AwaitOwn(_chain, _durable, now, effects);
            return;
        }

        _control.Threat.Advance(now, _clock.Time, effects);
        if (_epoch.Votes.Certificate is { } complete)
        {
            _chain.OnComplete(complete, effects);
        }

        if (_control.Threat.Cause is { } cause)
        {
            _raft?.End.OnCause(cause);
        }

        _raft?.End.Advance(now, _durable, _acceptsWrites, effects);
        _end.Look(_chain.Following, _raft?.End.Start, _raft?.End.Floor, now, effects);
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
        foreach (var slot in _raft?.End.Slots ?? [])
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

        var position = _chain.Current.Beginning;
        var recovered = Entrance.Found(position, effects.LastLsn, _members.OfCurrent, _acceptsWrites);
        _entrance = null;
        Begin(recovered, EpochSlots.AgreementOn(_chain.Current.Number, recovered), (position, _chain.Current.Time), now);
        _epoch.BeginTurn(now, _clock.Time);
        _isFresh = true;
        effects.Raise(new EpochBegun(Current.Number, Current.Id, _epoch.Known.Status.Protocol, position.Index));
        _control.OnBegun(effects);
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
        recovered = recovered with { Bootstrap = _members.OfCurrent };
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
        _end = new EpochEnd(_epoch, _engine, known.Others);
        _raft = known is { IsMember: true, Descriptor.Protocol: EpochProtocol.Raft } ? new RaftEpoch(_epoch, _engine, known.Others, ofAgreement with { Bootstrap = _members.OfCurrent }, _seed ^ _chain.Current.Number.Value) : null;
        _engine.Book.Begin(known, _raft?.End.Agreement);
        _control.BeginEpoch(_epoch, now);
    }

    private void OnBeginningHashed(StateHashed hashed, EffectBuffer effects)
    {
        if (hashed.Index == Current.Start.Index.Next && _chain.Beginnings is [.., var last] && hashed.Hash != last.Content.StateHash)
        {
            effects.Raise(new StateDiverged(hashed.Index, _engine.Identity.Self, last.Content.StateHash, hashed.Hash));
        }
    }
}
