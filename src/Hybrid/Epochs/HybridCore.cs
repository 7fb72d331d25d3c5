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
    private static readonly TimeSpan SayAgainInterval = TimeSpan.FromMilliseconds(100);

    private readonly HybridEngine _engine;
    private readonly NodeId[] _others;
    private readonly ClusterMembership _membership;
    private readonly ulong _seed;
    private readonly SealDesk _desk;
    private readonly EntryFetch _fetch;
    private readonly StateFetch _stateFetch;
    private readonly EpochNews _news = new();
    private readonly List<HandoverCertificate> _ahead = [];
    private readonly PastEntries _past = new();
    private readonly List<LogEntry> _toHand;
    private ImmutableArray<HandoverCertificate> _beginnings;
    private RunningEpoch _epoch;
    private EpochDescriptor? _next;
    private HandoverContent? _said;
    private IReadOnlyList<LogEntry> _fetched = [];
    private bool _awaitsHash;
    private bool _hasStarted;
    private bool _isFresh;
    private bool _acceptsWrites;
    private Ticks _sayAgain = Ticks.Never;
    private (Ticks Now, Timestamp Time) _clock;

    public HybridCore(CoreContext context, HybridEngine engine)
    {
        _engine = engine;
        _seed = context.Seed;
        _membership = context.Recovered.Bootstrap;
        _others = [.. engine.First.Members.Members.Select(member => member.Id).Where(id => id != context.Self)];
        _desk = new SealDesk(context.Self, engine.Identity.Signatures);
        _fetch = new EntryFetch(_others);
        _stateFetch = new StateFetch(_others, engine.First.Members.WeakQuorum);
        _acceptsWrites = context.Recovered.AcceptsWrites;

        var found = new RecoveredEpochs(engine.First, context.Recovered);
        _beginnings = found.Beginnings;
        _toHand = found.ToHand;
        foreach (var entry in found.Past)
        {
            _past.Add(entry);
        }

        _epoch = Begin(found.Current, found.OfEngine, found.Handed, context.Now);
        _epoch.Scope.Recover(found.OfEngine.Slots.Keys);
        if (found.Snapshot is { } beginning)
        {
            _epoch.Scope.OnBeginningSaved(beginning);
        }

        if (found.Ended is { } ended)
        {
            GoTo(ended.Next);
            Say(ended, context.Now);
        }
    }

    /// <inheritdoc/>
    public Ticks NextDeadline => _isFresh
        ? _clock.Now
        : Ticks.Min(Ticks.Min(_epoch.NextDeadline, Ticks.Min(_fetch.Deadline, _stateFetch.Deadline)), Ticks.Min(_sayAgain, IsServing ? _desk.Deadline : Ticks.Never));

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
            return _next is null ? status : status with
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
    internal ImmutableArray<HandoverCertificate> Beginnings => _beginnings;

    private EpochDescriptor Current => _epoch.Descriptor;

    /// <summary>The last epoch that has begun, as far as this replica knows.</summary>
    private EpochDescriptor LastKnown => _ahead is [.., var last] ? last.Next : Current;

    /// <summary>What begins the epoch behind the one that runs, if it has begun anywhere.</summary>
    private HandoverCertificate? Certificate => _ahead is [var first, ..] ? first : null;

    private bool IsServing => _next is null && !_isFresh;

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
            case SealRequested request when _next is not null:
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
            case StateHashed hashed when _awaitsHash && hashed.Index == _next!.Start.Index:
                OnEndHashed(now, hashed.Hash, effects);
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
            case SnapshotChunkStored stored when _stateFetch.Deadline != Ticks.Never:
                if (_stateFetch.OnStored(stored, now, effects) is { } fetched)
                {
                    Jump(fetched.Target, fetched.Snapshot, now, effects);
                }

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

        LookForEnd(effects);
        if (_next is not null)
        {
            Approach(now, effects);
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
        (_next?.Id ?? default).CopyTo(bytes[Digest.Size..]);
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
                OnOtherEpoch(now, from, m.Ends, effects);
                break;
            case HandoverProof m:
                OnProof(from, m, effects);
                break;
            case ProofRequest m:
                _news.Tell(from, m.Known, _beginnings, now, effects);
                break;
            case EntriesRequest m:
                effects.Send(from, new EntriesAnswer(m.First, Find(m.First, m.Last)));
                break;
            case StateRequest m when m.Epoch == Current.Number && _epoch.Scope.Beginning is { } snapshot:
                effects.Send(from, new StateOffer(snapshot));
                break;
            case StateOffer m:
                _stateFetch.OnOffer(from, m.Snapshot, now, effects);
                break;
            case StatePartRequest m when m.Epoch == Current.Number && _epoch.Scope.Beginning is { } snapshot:
                effects.Request(new ReadSnapshotChunk(from, snapshot, m.Offset, AnswerBytesMax));
                break;
            case StatePart m:
                _stateFetch.OnPart(from, m, now, effects);
                break;
            case EntriesAnswer m when _fetch.OnAnswer(from, m, now, effects) is { } entries:
                TakeFetched(entries, effects);
                break;
        }
    }

    private void OnEpochMessage(Ticks now, MessageReceived received, IEpochMessage message, EffectBuffer effects)
    {
        if (message.Epoch != Current.Tag)
        {
            OnOtherEpoch(now, received.Message.Sender, message.Epoch, effects);
        }
        else if (message.Content is { } content && !(_said is not null && AsksForPromise(content)))
        {
            _epoch.Step(now, new MessageReceived(received.Message.Open(_ => content)), effects);
        }
    }

    /// <summary>Whether a message wants an acknowledgement or a vote in an epoch of Raft: whoever has ended it gives none. What the engines for liars promise each other holds on, and they need each other to get to the end.</summary>
    private static bool AsksForPromise(ProtocolMessage message) =>
        message is AppendRequest or Heartbeat or Raft.Messages.SnapshotChunk or VoteRequest or PreVoteRequest or TimeoutNow;

    private void OnOtherEpoch(Ticks now, NodeId from, in EpochTag epoch, EffectBuffer effects)
    {
        if (epoch.Number < Current.Number)
        {
            _news.Tell(from, epoch.Number, _beginnings, now, effects);
        }
        else if (epoch.Number > Current.Number)
        {
            _news.Ask(from, LastKnown.Number, now, effects);
        }
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

    private void OnProof(NodeId from, HandoverProof proof, EffectBuffer effects)
    {
        foreach (var certificate in proof.Certificates)
        {
            var last = LastKnown;
            if (certificate.Next.Number != last.Number.Next)
            {
                continue;
            }

            if (certificate.DefectAfter(last, last == Current ? _epoch.Known.Verifier : _engine.VerifierIn(last.Domain)) is { } defect)
            {
                effects.Raise(new MessageRejected(from, $"What should begin epoch {certificate.Next.Number.Value} does not: {defect}", 0));
                return;
            }

            _ahead.Add(certificate);
        }
    }

    /// <summary>Whether the end of the epoch is known: by the order that this replica has committed, by enough others who have, or by what begins the next one.</summary>
    private void LookForEnd(EffectBuffer effects)
    {
        if (_ahead.Count == 0 && _epoch.Votes.Certificate is { } complete)
        {
            _ahead.Add(complete);
        }

        if (_next is not null)
        {
            return;
        }

        if (_epoch.Scope.Seal is { } seal)
        {
            GoTo(Current.Next(seal.Order.Protocol, _epoch.Scope.Handed, seal.Entry.Time));
            AskForHash(effects);
        }
        else if ((Certificate?.Next ?? _epoch.Votes.Believed?.Next) is { } next)
        {
            GoTo(next);
        }
    }

    private void GoTo(EpochDescriptor next)
    {
        _next = next;
        _epoch.Scope.Stop = next.Start.Index;
    }

    /// <summary>Gets to the end that is known, says so, and begins the next epoch when that has begun.</summary>
    private void Approach(Ticks now, EffectBuffer effects)
    {
        Invariant.Holds(Certificate is null || Certificate.Next.Id == _next!.Id, "An epoch has one end.");
        if (_said is not null && Current.Protocol == EpochProtocol.Raft && _epoch.Status.Role != ReplicaRole.Leader)
        {
            // A leader goes on to tell the others what is committed; nobody else has anything to do that is no promise.
            _epoch.Freeze();
        }

        var start = _next!.Start;
        if (_epoch.Scope.Handed != start && !_fetch.IsUnderWay)
        {
            ReachEnd(now, effects);
        }

        if (_epoch.Scope.Handed == start && Certificate is { } certificate)
        {
            Enter(certificate, now, effects);
            return;
        }

        _fetch.Advance(now, effects);
        if (_ahead.Count > 1 || (_ahead.Count == 1 && _fetch.IsHopeless))
        {
            _stateFetch.Begin(_ahead[^1], now);
        }

        _stateFetch.Advance(now, effects);
        if (now >= _sayAgain)
        {
            Broadcast(effects);
            _sayAgain = now + SayAgainInterval;
        }
    }

    private void ReachEnd(Ticks now, EffectBuffer effects)
    {
        var scope = _epoch.Scope;
        var start = _next!.Start;
        Invariant.Holds(scope.Handed.Index < start.Index, "Nothing was applied that is not in the log.");
        if (!_epoch.Has(start))
        {
            _epoch.Freeze();
            _fetch.Begin(scope.Handed, start, now);
            return;
        }

        foreach (var entry in _epoch.Read(scope.Handed.Index.Next, start.Index))
        {
            scope.OnHanded(entry);
            effects.Commit(entry);
        }

        AskForHash(effects);
    }

    private void TakeFetched(IReadOnlyList<LogEntry> entries, EffectBuffer effects)
    {
        var scope = _epoch.Scope;
        if (_epoch.Status.LastIndex > scope.Handed.Index)
        {
            effects.Truncate(scope.Handed.Index.Next);
        }

        foreach (var entry in entries)
        {
            effects.Append(entry);
            scope.OnHanded(entry);
            effects.Commit(entry);
        }

        _fetched = entries;
        AskForHash(effects);
    }

    private void AskForHash(EffectBuffer effects)
    {
        if (Certificate is null && _said is null && !_awaitsHash)
        {
            _awaitsHash = true;
            effects.Request(new HashState());
        }
    }

    private void OnEndHashed(Ticks now, Digest hash, EffectBuffer effects)
    {
        _awaitsHash = false;
        var content = new HandoverContent(_next!, hash);
        effects.Save(EpochSlots.Ended, EpochSlots.EndedValue(content));
        Say(content, now);
    }

    /// <summary>This replica has ended the epoch: its word is counted, and will be sent as soon as it is on disk.</summary>
    private void Say(HandoverContent content, Ticks now)
    {
        _said = content;
        _sayAgain = now;
        _epoch.Votes.Add(_engine.Identity.Self, content, SignatureOf(content));
    }

    private void Broadcast(EffectBuffer effects)
    {
        var vote = new HandoverVote(effects.LastLsn, Current.Tag, _said!, SignatureOf(_said!));
        foreach (var other in _others)
        {
            effects.Send(other, vote);
        }
    }

    private Signature SignatureOf(HandoverContent content) => _epoch.Known.Verifier.Sign(_engine.Identity.Signer, _epoch.Known.Say(content));

    private void Enter(HandoverCertificate certificate, Ticks now, EffectBuffer effects)
    {
        var next = certificate.Next;
        var entry = next.ToEntry();
        if (_fetched.Count == 0 && _epoch.Status.LastIndex > next.Start.Index)
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
        BeginBehind([.. _ahead.TakeWhile(certificate => certificate.Next.Number <= target.Next.Number)], now, effects);
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
        _beginnings = _beginnings.AddRange(certificates);
        _ahead.RemoveRange(0, certificates.Count);
        _next = null;
        _said = null;
        _fetched = [];
        _fetch.End();
        _stateFetch.End();
        _awaitsHash = false;
        _sayAgain = Ticks.Never;
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
        _epoch = Begin(next, recovered, position, now);
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

    private RunningEpoch Begin(EpochDescriptor descriptor, RecoveredState recovered, LogPosition handed, Ticks now)
    {
        var known = _engine.Know(descriptor);
        _engine.Book.Begin(known);
        var core = known.Engine.CreateCore(new CoreContext
        {
            Self = _engine.Identity.Self,
            Epoch = descriptor.Number,
            Recovered = recovered,
            Seed = _seed + descriptor.Number.Value,
            Now = now,
        });
        return new RunningEpoch(known, core, new EpochScope(known, _engine.Identity.Signatures, handed));
    }

    private void KeepPast(in LogEntry beginning)
    {
        var last = beginning.Index - 1;
        var first = LogIndex.Max(_past.End, Current.Start.Index.Next);
        foreach (var entry in _epoch.Read(first, _fetched.Count == 0 ? last : _fetched[0].Index - 1))
        {
            _past.Add(entry);
        }

        foreach (var entry in _fetched)
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
        if (hashed.Index == Current.Start.Index.Next && _beginnings is [.., var last] && hashed.Hash != last.Content.StateHash)
        {
            effects.Raise(new StateDiverged(hashed.Index, _engine.Identity.Self, last.Content.StateHash, hashed.Hash));
        }
    }
}
