using System.Buffers.Binary;
using Consensus.Byzantine;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Pbft.Agreement;
using Consensus.Pbft.Messages;
using Consensus.Pbft.Sync;
using Consensus.Pbft.Views;

namespace Consensus.Pbft;

/// <summary>
/// PBFT for one replica (Castro and Liskov, OSDI '99 and TOCS 2002). This type looks at views, and hands everything else to the part that knows it: agreement,
/// submissions, view changes, checkpoints, and what replicas tell each other about what they lack.
/// </summary>
internal sealed class PbftCore : IProtocolCore
{
    private readonly PbftState _state;
    private readonly Submissions _submissions;
    private readonly ThreePhases _agreement;
    private readonly EarlyMessages _early;
    private readonly KeptBlocks _kept;
    private readonly Reissuing _reissuing;
    private readonly ProgressTimer _timer;
    private readonly ViewChanges _views;
    private readonly StateTransfer _transfer;
    private readonly StatusExchange _status;
    private SequenceNumber _seenCommitted;
    private bool _hasStarted;

    public PbftCore(CoreContext context, PbftOptions options, ByzantineIdentity identity, SettledVotes settled)
    {
        _state = new PbftState(context, options, identity);
        _submissions = new Submissions(_state, context.Seed);
        _kept = new KeptBlocks(_state, context.Recovered);
        _agreement = new ThreePhases(_state, _submissions, _kept, settled);
        _early = new EarlyMessages(_state);
        _reissuing = new Reissuing(_state, _agreement, _kept);
        _timer = new ProgressTimer(_state);
        _views = new ViewChanges(_state, _timer, _reissuing, _submissions);
        _transfer = new StateTransfer(_state, _submissions, context.Recovered, _kept.GiveUp, _kept.OnStable);
        _status = new StatusExchange(_state, _views, _reissuing, _transfer);
        _seenCommitted = _state.Log.Committed;
    }

    /// <inheritdoc/>
    public Ticks NextDeadline => Ticks.Min(_timer.Deadline, Ticks.Min(_submissions.Deadline, _status.Deadline));

    /// <inheritdoc/>
    public CoreStatus Status => new(
        _state.IsPrimary ? ReplicaRole.Leader : _state.IsActive ? ReplicaRole.Follower : ReplicaRole.Candidate,
        _state.ServingLeader,
        _state.View.Value,
        _state.Log.LastIndex,
        _state.Log.CommitIndex,
        _state.Membership);

    /// <summary>The state, for checks.</summary>
    internal PbftState State => _state;

    /// <summary>The start of the view that the replica is in, for checks.</summary>
    internal NewView? ViewStart => _views.Start;

    /// <summary>Every certificate that the core goes by, for checks.</summary>
    internal IEnumerable<QuorumCertificate> Certificates
    {
        get
        {
            foreach (var slot in _state.Slots)
            {
                if (slot.Certificate is { } committed)
                {
                    yield return committed;
                }

                if (slot.Proof is { } prepared)
                {
                    yield return prepared.Prepares;
                }
            }

            if (_transfer.CertifiedSnapshot is { } snapshot)
            {
                yield return snapshot.Certificate;
            }

            foreach (var stable in new[] { _state.Stable, _views.NewestStable })
            {
                if (stable.Certificate is { } certified)
                {
                    yield return certified;
                }
            }

            foreach (var change in ViewStart?.ViewChanges ?? [])
            {
                foreach (var proof in change.Prepared)
                {
                    yield return proof.Prepares;
                }
            }
        }
    }

    /// <summary>What the core keeps at present, for checks.</summary>
    internal PbftLoad Load => new()
    {
        Ordering = _transfer.Load,
        Slots = _state.Slots.Count(),
        KeptBytes = _kept.Bytes,
        EarlyBytes = _early.BytesMax,
        Reissues = _reissuing.Count,
        ViewChanges = _views.Count,
    };

    /// <inheritdoc/>
    public void Step(Ticks now, Input input, EffectBuffer effects)
    {
        _state.Begin(now, effects);
        switch (input)
        {
            case MessageReceived received:
                OnMessage(received.Message.Sender, received.Message.Message);
                break;
            case TimePassed:
                _views.OnTime();
                _submissions.OnTime();
                _status.OnTime();
                break;
            case CommandsProposed proposed:
                _submissions.Propose(proposed);
                break;
            case ReadRequested read:
                _submissions.Read(read.Ticket);
                break;
            case LogDurable durable:
                _state.OnDurable(durable.Lsn);
                _agreement.OnDurable(durable.Lsn);
                break;
            case SpaceChanged space:
                _state.AcceptsWrites = space.AcceptsWrites;
                break;
            case MembershipChangeRequested change:
                effects.CompleteControl(change.Ticket, new ControlResult(RefusalReason.NotSupported, "The members of a Byzantine group change with its epoch."));
                break;
            case TransferRequested transfer:
                effects.CompleteControl(transfer.Ticket, new ControlResult(RefusalReason.NotSupported, "The primary follows from the view; no replica can hand it over."));
                break;
            default:
                _transfer.TryTake(input);
                break;
        }
    }

    /// <inheritdoc/>
    public void EndTurn(Ticks now, EffectBuffer effects)
    {
        _state.Begin(now, effects);
        if (!_hasStarted)
        {
            _hasStarted = true;
            Start();
        }

        if (_views.NewestStable.Number > _state.Stable.Number)
        {
            _transfer.OnStable(_views.NewestStable);
        }

        _transfer.EndTurn();
        _reissuing.Advance();
        TakeEarly();
        if (_reissuing.IsDone)
        {
            _submissions.SubmitOwn();
            _agreement.ProposeWaiting();
        }

        WatchProgress();
        _status.Hasten();
        _state.Log.HandOverCommitted(effects);
    }

    /// <inheritdoc/>
    public ProofAnswer Prove(LogIndex index) => CommitProofs.Of(
        _state.Log,
        index,
        number => _state.CertificateOf(number) is { } commits && commits.Statement.Hash == _state.Log.DigestOf(number) ? ([], commits) : null,
        () => _state.OldestCertified);

    /// <inheritdoc/>
    public ProofAnswer FindCommand(LogIndex index) => CommitProofs.FindCommand(_state.Log, index);

    /// <inheritdoc/>
    public Digest StateDigest()
    {
        var hasher = new Blake3Hasher();
        Span<byte> bytes = stackalloc byte[Digest.Size];
        Add(_state.View.Value, bytes);
        Add(_state.IsActive ? 1UL : 0, bytes);
        Add(_state.Stable.Number.Value, bytes);
        Add(_state.Log.Committed.Value, bytes);
        Add(_state.Log.Last.Value, bytes);
        Add((ulong)NextDeadline.Value, bytes);
        _state.Log.PositionAfter(_state.Log.Last).Chain.CopyTo(bytes);
        hasher.Update(bytes);
        foreach (var slot in _state.Slots)
        {
            Add(slot.Number.Value, bytes);
            Add(slot.AcceptedIn?.Value ?? ulong.MaxValue, bytes);
            slot.Digest.CopyTo(bytes);
            hasher.Update(bytes);
            Add((ulong)(slot.Prepares?.CountOf(slot.Digest) ?? 0), bytes);
            Add((ulong)(slot.Commits?.CountOf(slot.Digest) ?? 0), bytes);
        }

        return hasher.Finalize();

        void Add(ulong value, Span<byte> buffer)
        {
            BinaryPrimitives.WriteUInt64BigEndian(buffer, value);
            hasher.Update(buffer[..8]);
        }
    }

    private void Start()
    {
        if (_state.IsNew)
        {
            _state.BeginFirstView();
        }
        else if (_state.WasPrimaryBefore)
        {
            _views.Leave(_state.View.Next);
        }
        else if (!_state.IsActive)
        {
            _views.Announce();
        }

        _agreement.Resume();
    }

    private void OnMessage(NodeId from, ProtocolMessage message)
    {
        if (from == _state.Self)
        {
            return;
        }

        switch (message)
        {
            case Submit m:
                _submissions.OnSubmitted(from, m.Batch);
                break;
            case PrePrepare m when IsEarly(m.View) || (m.View == _state.View && !_reissuing.IsDone):
                _early.Keep(from, m.View, m);
                break;
            case PrePrepare m when m.View == _state.View:
                _agreement.OnPrePrepare(m);
                break;
            case Vote m when IsEarly(m.View):
                _early.Keep(from, m.View, m);
                break;
            case Vote m when m.View == _state.View:
                _agreement.OnVote(from, m);
                break;
            case ViewChange m:
                _views.OnViewChange(m);
                break;
            case NewView m:
                _views.OnNewView(m);
                break;
            case Status m:
                _status.OnStatus(from, m);
                break;
            case CommittedBlock m:
                _agreement.OnCommitted(m);
                break;
            case BlockRequest m:
                _status.OnBlockRequest(from, m, _kept);
                break;
            case BlockAnswer m:
                _reissuing.OnBlock(m);
                break;
            default:
                _transfer.TryTake(from, message);
                break;
        }
    }

    private bool IsEarly(ViewNumber view) => view > _state.View || (view == _state.View && !_state.IsActive);

    private void TakeEarly()
    {
        if (!_state.IsActive || !_reissuing.IsDone)
        {
            return;
        }

        foreach (var (from, _, message) in _early.TakeCurrent())
        {
            OnMessage(from, message);
        }
    }

    /// <summary>As long as something waits, the primary is expected to bring progress.</summary>
    private void WatchProgress()
    {
        var hasProgressed = _state.Log.Committed > _seenCommitted;
        _seenCommitted = _state.Log.Committed;
        if (!_state.IsActive)
        {
            // What the others commit says nothing of the view that this replica waits for.
            return;
        }

        if (hasProgressed)
        {
            _views.OnProgress();
        }

        if (!_submissions.AreWaiting && _state.Log.Last == _state.Log.Committed && _reissuing.IsDone)
        {
            _timer.Stop();
        }
        else if (!_timer.IsRunning)
        {
            _timer.Start();
        }
    }
}
