using System.Collections.Immutable;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Hybrid.Messages;
using Consensus.Raft.Messages;

namespace Consensus.Hybrid;

/// <summary>
/// Runs the core of one engine after another over one log (docs/hybrid.md). What happens to the replica happens to the core of the epoch that runs; when that has committed the order to end it, the replica says where and with what
/// state, and when so many have said the same that there can be no other end, the next epoch begins behind it.
/// </summary>
internal sealed class HybridCore : IProtocolCore
{
    private const int AnswerBytesMax = 256 * 1024;

    private readonly HybridEngine _engine;
    private readonly NodeId[] _others;
    private readonly ClusterMembership _membership;
    private readonly ulong _seed;
    private readonly SealDesk _desk;
    private readonly EpochChain _chain;
    private readonly PastEntries _past = new();
    private readonly List<LogEntry> _toHand;
    private RunningEpoch _epoch;
    private EpochEnd _end;
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
        _chain = new EpochChain(engine, found.Beginnings);
        _toHand = found.ToHand;
        foreach (var entry in found.Past)
        {
            _past.Add(entry);
        }

        (_epoch, _end) = Begin(found.OfEngine, found.Handed, context.Now);
        _epoch.Scope.Recover(found.OfEngine.Slots.Keys);
        if (found.Snapshot is { } beginning)
        {
            _epoch.Scope.OnBeginningSaved(beginning);
        }

        if (found.Ended is { } ended)
        {
            _end.Recover(ended, context.Now);
        }
    }

    /// <inheritdoc/>
    public Ticks NextDeadline => _isFresh
        ? _clock.Now
        : Ticks.Min(_epoch.NextDeadline, Ticks.Min(_end.Deadline, IsServing ? _desk.Deadline : Ticks.Never));

    /// <inheritdoc/>
    /// <remarks>Between two epochs nobody leads, so that callers' commands wait, and are proposed again when somebody does.</remarks>
    public CoreStatus Status
    {
        get
        {
            var status = _epoch.Status with { Epoch = Current.Number };
            if (_isFresh)
            {
                return status with { Role = ReplicaRole.Follower, Leader = NodeId.None };
            }

            // What the core counts as committed behind the end is nothing, and what it is given besides, it does not count.
            return _end.Next is null ? status : status with
            {
                Role = ReplicaRole.Follower,
                Leader = NodeId.None,
                CommitIndex = _epoch.Scope.Handed.Index,
                LastIndex = LogIndex.Max(status.LastIndex, _epoch.Scope.Handed.Index),
            };
        }
    }

    /// <summary>The epoch that the replica is in, for checks.</summary>
    internal RunningEpoch Running => _epoch;

    /// <summary>What began each epoch but the first, for checks.</summary>
    internal ImmutableArray<HandoverCertificate> Beginnings => _chain.Beginnings;

    private EpochDescriptor Current => _epoch.Descriptor;

    private bool IsServing => _end.Next is null && !_isFresh;

    /// <inheritdoc/>
    public void BeginTurn(Ticks now, Timestamp clock)
    {
        _clock = (now, clock);
        _epoch.BeginTurn(now, clock);
    }

    /// <inheritdoc/>
    public void Step(Ticks now, Input input, EffectBuffer effects)
    {
        switch (input)
        {
            case MessageReceived received:
                OnMessage(now, received, effects);
                break;
            case SealRequested request when _end.Next is not null:
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
            case SnapshotSaved saved when saved.Snapshot.Position.Index <= Current.Start.Index.Next:
                OnEarlySaved(saved.Snapshot, effects);
                break;
            case SnapshotRestored restored when restored.Snapshot.Position.Index <= Current.Start.Index.Next:
                break;
            case SnapshotChunkRead read when read.Snapshot == _epoch.Scope.Beginning:
                effects.Send(read.For, new StatePart(Current.Number, read.Offset, read.Data));
                break;
            case SnapshotChunkStored stored when _end.OnStored(stored, now, effects) is { } state:
                Jump(state.Target, state.Snapshot, now, effects);
                break;
            case SpaceChanged space:
                _acceptsWrites = space.AcceptsWrites;
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

        _epoch.EndTurn(now, effects);
        if (effects.Install is { } installed && installed.Position.Index > _epoch.Scope.Handed.Index)
        {
            _epoch.Scope.OnInstalled(installed.Position);
        }

        if (_epoch.Votes.Certificate is { } complete)
        {
            _chain.OnComplete(complete);
        }

        _end.Look(_chain.Following, effects);
        if (_end.Next is not null)
        {
            _end.Advance(_chain.Ahead, now, effects);
        }

        if (_end.IsReached && _chain.Following is { } following)
        {
            Enter(following, now, effects);
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
        (_end.Next?.Id ?? default).CopyTo(bytes[Digest.Size..]);
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
            case HandoverVote m when m.Ends == Current.Tag:
                Count(from, m, effects);
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
            case EntriesRequest m:
                effects.Send(from, new EntriesAnswer(m.First, Find(m.First, m.Last)));
                break;
            case StateRequest m when m.Epoch == Current.Number && _epoch.Scope.Beginning is { } snapshot:
                effects.Send(from, new StateOffer(snapshot));
                break;
            case StateOffer m:
                _end.OnOffer(from, m, now, effects);
                break;
            case StatePartRequest m when m.Epoch == Current.Number && _epoch.Scope.Beginning is { } snapshot:
                effects.Request(new ReadSnapshotChunk(from, snapshot, m.Offset, AnswerBytesMax));
                break;
            case StatePart m:
                _end.OnPart(from, m, now, effects);
                break;
            case EntriesAnswer m:
                _end.OnEntries(from, m, _chain.Following, now, effects);
                break;
        }
    }

    private void OnEpochMessage(Ticks now, MessageReceived received, IEpochMessage message, EffectBuffer effects)
    {
        if (message.Epoch != Current.Tag)
        {
            _chain.OnOtherEpoch(received.Message.Sender, message.Epoch, now, effects);
        }
        else if (message.Content is { } content && !(_end.IsSaid && AsksForPromise(content)))
        {
            _epoch.Step(now, new MessageReceived(received.Message.Open(_ => content)), effects);
        }
    }

    /// <summary>Whether a message wants an acknowledgement or a vote in an epoch of Raft: whoever has ended it gives none. What the engines for liars promise each other holds on, and they need each other to get to the end.</summary>
    private static bool AsksForPromise(ProtocolMessage message) =>
        message is AppendRequest or Heartbeat or Raft.Messages.SnapshotChunk or VoteRequest or PreVoteRequest or TimeoutNow;

    private void Count(NodeId member, HandoverVote vote, EffectBuffer effects)
    {
        if (_epoch.Votes.Add(member, vote.Content, vote.Signature) is { } conflict
            && EquivocationEvidence.TryCreate(conflict.First, conflict.Second, out var evidence, out _))
        {
            effects.Keep(evidence);
            effects.Raise(new EquivocationDetected(evidence.Signer, evidence.About, evidence.ComputeDigest()));
        }
    }

    private void Enter(HandoverCertificate certificate, Ticks now, EffectBuffer effects)
    {
        var next = certificate.Next;
        var entry = next.ToEntry();
        if (_end.Fetched.Count == 0 && _epoch.Status.LastIndex > next.Start.Index)
        {
            effects.Truncate(entry.Index);
        }

        effects.Append(entry);
        effects.Commit(entry);
        KeepPast(entry);
        BeginBehind([certificate], now, effects);
    }

    /// <summary>The state at the beginning of an epoch is here: what lies between is skipped.</summary>
    private void Jump(HandoverCertificate target, SnapshotDescriptor snapshot, Ticks now, EffectBuffer effects)
    {
        effects.Rebase(snapshot.Position);
        effects.InstallSnapshot(snapshot);
        BeginBehind([.. _chain.Ahead.TakeWhile(certificate => certificate.Next.Number <= target.Next.Number)], now, effects);
        KeepBeginning(snapshot, effects);
    }

    /// <summary>Begins the last of some epochs that follow each other, the first of them behind the one that runs. The log is there already.</summary>
    private void BeginBehind(IReadOnlyList<HandoverCertificate> certificates, Ticks now, EffectBuffer effects)
    {
        foreach (var certificate in certificates)
        {
            effects.Save(EpochSlots.Beginning(certificate.Next.Number), EpochSlots.BeginningValue(certificate));
        }

        effects.Save(EpochSlots.Ended, default);
        foreach (var slot in _epoch.Scope.Slots)
        {
            effects.Save(slot, default);
        }

        effects.KeepSnapshots([]);
        _chain.Enter(certificates.Count);
        var next = certificates[^1].Next;
        var beginning = next.ToEntry();
        var position = new LogPosition(beginning.Index, beginning.Term, beginning.Chain);
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
        (_epoch, _end) = Begin(recovered, position, now);
        _epoch.BeginTurn(now, _clock.Time);
        _isFresh = true;
        _desk.OnBegun(next, effects);
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

    private (RunningEpoch Epoch, EpochEnd End) Begin(RecoveredState recovered, LogPosition handed, Ticks now)
    {
        var known = _engine.Know(_chain.Current);
        _engine.Book.Begin(known);
        var core = known.Engine.CreateCore(new CoreContext
        {
            Self = _engine.Identity.Self,
            Epoch = _chain.Current.Number,
            Recovered = recovered,
            Seed = _seed + _chain.Current.Number.Value,
            Now = now,
        });
        var epoch = new RunningEpoch(known, core, new EpochScope(known, _engine.Identity.Signatures, handed));
        return (epoch, new EpochEnd(epoch, _engine, _others));
    }

    private void KeepPast(in LogEntry beginning)
    {
        var last = beginning.Index - 1;
        var first = LogIndex.Max(_past.End, Current.Start.Index.Next);
        foreach (var entry in _epoch.Read(first, _end.Fetched is [var fetched, ..] ? fetched.Index - 1 : last))
        {
            _past.Add(entry);
        }

        foreach (var entry in _end.Fetched)
        {
            _past.Add(entry);
        }

        _past.Add(beginning);
    }

    private LogEntry[] Find(LogIndex first, LogIndex last)
    {
        var past = _past.Read(first, last, AnswerBytesMax);
        if (past.Length > 0)
        {
            return past;
        }

        var bytes = 0L;
        return [.. _epoch.Read(first, LogIndex.Min(last, _epoch.Scope.Handed.Index)).TakeWhile(entry => (bytes += EntryLog.BytesOf(entry)) <= AnswerBytesMax || entry.Index == first)];
    }

    private void HandOverRecovered(EffectBuffer effects)
    {
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
