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
internal sealed class PbftCore : OrderingCore
{
    /// <summary>
    /// How many echoes a batch may take, each a flush and a message: it waits for the block under way and its own, and each of them has three messages and two flushes. As much again is for what varies.
    /// </summary>
    private const int EchoesPerBatch = 16;

    private readonly PbftState _state;
    private readonly ThreePhases _agreement;
    private readonly EarlyMessages _early;
    private readonly KeptBlocks _kept;
    private readonly Reissuing _reissuing;
    private readonly ViewChanges _views;
    private readonly StatusExchange _status;

    public PbftCore(CoreContext context, PbftOptions options, ByzantineIdentity identity, SettledVotes settled)
        : this(new PbftState(context, options, identity), context, settled)
    {
    }

    private PbftCore(PbftState state, CoreContext context, SettledVotes settled)
        : base(state, context.Seed)
    {
        _state = state;
        _kept = new KeptBlocks(state, context.Recovered);
        _agreement = new ThreePhases(state, Submissions, _kept, settled);
        _early = new EarlyMessages(state);
        _reissuing = new Reissuing(state, _agreement, _kept);
        _views = new ViewChanges(state, Timer, _reissuing, Submissions);
        Transfer = new StateTransfer(state, Submissions, context.Recovered, _kept.GiveUp, _kept.OnStable);
        _status = new StatusExchange(state, StatusTimer, _views, _reissuing, Transfer);
    }

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

            if (Transfer.CertifiedSnapshot is { } snapshot)
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
        Ordering = Transfer.Load,
        Slots = _state.Slots.Count(),
        KeptBytes = _kept.Bytes,
        EarlyBytes = _early.BytesMax,
        Reissues = _reissuing.Count,
        ViewChanges = _views.Count,
    };

    /// <inheritdoc/>
    protected override StateTransfer Transfer { get; }

    /// <inheritdoc/>
    protected override bool IsLeading => _state.IsPrimary;

    /// <inheritdoc/>
    protected override bool IsActive => _state.IsActive;

    /// <inheritdoc/>
    protected override ulong ShownTerm => _state.View.Value;

    /// <inheritdoc/>
    protected override bool HasWork => _state.Log.Last != _state.Log.Committed || !_reissuing.IsDone;

    /// <inheritdoc/>
    protected override bool IsWindowShut => _state.IsBeyondWindow(_state.Log.Committed.Next);

    /// <inheritdoc/>
    protected override TimeSpan PaceAllowance => (_agreement.Echo ?? TimeSpan.Zero) * EchoesPerBatch;

    /// <inheritdoc/>
    public override ProofAnswer Prove(LogIndex index) => CommitProofs.Of(
        _state.Log,
        index,
        number => _state.CertificateOf(number) is { } commits && commits.Statement.Hash == _state.Log.DigestOf(number) ? ([], commits) : null,
        () => _state.OldestCertified);

    /// <inheritdoc/>
    public override Digest StateDigest()
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

    /// <inheritdoc/>
    protected override void OnTime()
    {
        _views.OnTime();
        Submissions.OnTime();
        _status.OnTime();
    }

    /// <inheritdoc/>
    protected override void OnDurable(Lsn lsn) => _agreement.OnDurable(lsn);

    /// <inheritdoc/>
    protected override void Start()
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

    /// <inheritdoc/>
    protected override void Advance()
    {
        if (_views.NewestStable.Number > _state.Stable.Number)
        {
            Transfer.OnStable(_views.NewestStable);
        }

        Transfer.EndTurn();
        _reissuing.Advance();
        TakeEarly();
        if (_reissuing.IsDone)
        {
            Submissions.SubmitOwn();
            _agreement.ProposeWaiting();
        }
    }

    /// <inheritdoc/>
    protected override void OnProgress() => _views.OnProgress();

    /// <inheritdoc/>
    protected override void OnJudged(bool isUnfit) => _views.OnJudged(isUnfit);

    /// <inheritdoc/>
    protected override void Hasten() => _status.Hasten();

    /// <inheritdoc/>
    protected override void OnMessage(NodeId from, ProtocolMessage message)
    {
        switch (message)
        {
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
                OnCommittedBlock(from, m);
                break;
            case BlockRequest m:
                _status.OnBlockRequest(from, m, _kept);
                break;
            case BlockAnswer m:
                _reissuing.OnBlock(m);
                break;
            default:
                base.OnMessage(from, message);
                break;
        }
    }

    private void OnCommittedBlock(NodeId from, CommittedBlock message)
    {
        var isNew = message.Number > _state.Log.Committed;
        _agreement.OnCommitted(message);
        if (isNew && message.Number <= _state.Log.Committed)
        {
            _status.OnCommitted(from, message);
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
}
