using System.Buffers.Binary;
using Consensus.Byzantine;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Pbft.Agreement;
using Consensus.Pbft.Checkpoints;
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
    private readonly ViewTimer _timer;
    private readonly ViewChanges _views;
    private readonly CatchUp _catchUp;
    private readonly CheckpointDesk _checkpoints;
    private readonly StatusExchange _status;
    private SequenceNumber _seenCommitted;
    private bool _hasStarted;

    public PbftCore(CoreContext context, PbftOptions options, ByzantineIdentity identity)
    {
        _state = new PbftState(context, options, identity);
        _submissions = new Submissions(_state, context.Seed) { Durable = context.Recovered.LastLsn };
        _kept = new KeptBlocks(_state, context.Recovered);
        _agreement = new ThreePhases(_state, _submissions, _kept);
        _early = new EarlyMessages(_state);
        _reissuing = new Reissuing(_state, _agreement, _kept);
        _timer = new ViewTimer(_state);
        _views = new ViewChanges(_state, _timer, _reissuing, _submissions);
        _catchUp = new CatchUp(_state, _submissions, _kept);
        _checkpoints = new CheckpointDesk(_state, _kept, _catchUp, context.Recovered);
        _status = new StatusExchange(_state, _views, _reissuing, _checkpoints, _catchUp);
        _seenCommitted = _state.Log.Committed;
    }

    /// <inheritdoc/>
    public Ticks NextDeadline => Ticks.Min(_timer.Deadline, Ticks.Min(_submissions.Deadline, _status.Deadline));

    /// <inheritdoc/>
    public CoreStatus Status => new(
        _state.IsPrimary ? ReplicaRole.Leader : _state.IsActive ? ReplicaRole.Follower : ReplicaRole.Candidate,
        _state.ServingPrimary,
        _state.View.Value,
        _state.Log.LastIndex,
        _state.Log.CommitIndex,
        _state.Membership);

    /// <summary>The state, for checks.</summary>
    internal PbftState State => _state;

    /// <inheritdoc/>
    public void Step(Ticks now, Input input, EffectBuffer effects)
    {
        Begin(now, effects);
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
                _state.Log.OnDurable(durable.Lsn);
                _submissions.Durable = durable.Lsn;
                break;
            case SpaceChanged space:
                _state.AcceptsWrites = space.AcceptsWrites;
                break;
            case StateHashed hashed:
                _checkpoints.OnHashed(hashed);
                break;
            case SnapshotSaved saved:
                OnSnapshotSaved(saved.Snapshot);
                break;
            case MembershipChangeRequested change:
                effects.CompleteControl(change.Ticket, new ControlResult(RefusalReason.NotSupported, "The members of a Byzantine group change with its epoch."));
                break;
            case TransferRequested transfer:
                effects.CompleteControl(transfer.Ticket, new ControlResult(RefusalReason.NotSupported, "The primary follows from the view; no replica can hand it over."));
                break;
        }
    }

    /// <inheritdoc/>
    public void EndTurn(Ticks now, EffectBuffer effects)
    {
        Begin(now, effects);
        if (!_hasStarted)
        {
            _hasStarted = true;
            Start();
        }

        if (_views.NewestStable.Number > _state.Stable.Number)
        {
            _checkpoints.OnStable(_views.NewestStable);
        }

        if (_catchUp.OnCommitted() is { } reached)
        {
            _checkpoints.OnStable(reached);
        }

        _reissuing.Advance();
        TakeEarly();
        if (_reissuing.IsDone)
        {
            _submissions.EndTurn(_agreement);
        }

        WatchProgress();
        _status.Hasten();
        _state.Log.HandOverCommitted(effects);
    }

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

    private void Begin(Ticks now, EffectBuffer effects)
    {
        _state.Now = now;
        _state.Effects = effects;
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
            case CheckpointVote m:
                _checkpoints.OnVote(from, m);
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
            case StableCheckpoint m:
                _checkpoints.OnStable(m.Proof);
                break;
            case BlockRequest m:
                _status.OnBlockRequest(from, m, _kept);
                break;
            case BlockAnswer m:
                _reissuing.OnBlock(m);
                break;
            case CatchUpRequest m:
                _status.OnCatchUpRequest(from, m);
                break;
            case CatchUpBlocks m when _catchUp.OnBlocks(from, m) is { } reached:
                _checkpoints.OnStable(reached);
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

    private void OnSnapshotSaved(SnapshotDescriptor snapshot)
    {
        if (!_state.Log.TryFindEnd(snapshot.Position.Index, out var number))
        {
            return;
        }

        // What is not stable may still be asked for.
        var covered = SequenceNumber.Min(number, _state.Stable.Number);
        var trailing = (ulong)_state.Options.TrailingBlocks;
        if (covered.Value > trailing)
        {
            _state.Log.Compact(covered - trailing, _state.Effects);
        }
    }
}
