using Consensus.Engine;

namespace Consensus.Byzantine;

/// <summary>
/// The core of one replica, as far as it is the same in both engines: what its callers want, how its state is transferred, and when it has waited too long for progress. Each engine adds how it agrees and how
/// leaders follow each other.
/// </summary>
internal abstract class OrderingCore : IProtocolCore
{
    private readonly OrderingState _state;
    private SequenceNumber _seenCommitted;
    private bool _hasStarted;

    protected OrderingCore(OrderingState state, ulong seed)
    {
        _state = state;
        _seenCommitted = state.Log.Committed;
        Submissions = new Submissions(state, seed);
        Timer = new ProgressTimer(state);
        StatusTimer = new StatusTimer(state);
    }

    /// <inheritdoc/>
    public Ticks NextDeadline => Ticks.Min(Timer.Deadline, Ticks.Min(Submissions.Deadline, StatusTimer.Deadline));

    /// <inheritdoc/>
    public CoreStatus Status => new(
        IsLeading ? ReplicaRole.Leader : IsActive ? ReplicaRole.Follower : ReplicaRole.Candidate,
        _state.ServingLeader,
        ShownTerm,
        _state.Log.LastIndex,
        _state.Log.CommitIndex,
        _state.Membership)
    {
        Certified = _state.Log.CommitIndex,
    };

    /// <summary>Where commands and reads enter.</summary>
    protected Submissions Submissions { get; }

    /// <summary>How long the leader may take.</summary>
    protected ProgressTimer Timer { get; }

    /// <summary>When the others are told where this replica is.</summary>
    protected StatusTimer StatusTimer { get; }

    /// <summary>Checkpoints, and how one gets there.</summary>
    protected abstract StateTransfer Transfer { get; }

    /// <summary>Whether this replica may propose.</summary>
    protected abstract bool IsLeading { get; }

    /// <summary>Whether the view that the replica waits for has begun.</summary>
    protected abstract bool IsActive { get; }

    /// <summary>What callers are told of the view; it never falls.</summary>
    protected abstract ulong ShownTerm { get; }

    /// <summary>Whether something is accepted that is not committed, or is to be accepted.</summary>
    protected abstract bool HasWork { get; }

    /// <summary>
    /// Whether nothing but the window keeps the leader from proposing: this replica has all that a leader could bring about before the next checkpoint is stable, and of that 2f+1 replicas decide.
    /// </summary>
    protected abstract bool IsWindowShut { get; }

    /// <summary>What a batch may take by a measure that the leader has no say in; zero, if there is none.</summary>
    protected abstract TimeSpan PaceAllowance { get; }

    /// <inheritdoc/>
    public void BeginTurn(Ticks now, Timestamp clock) => _state.ReadClock(now, clock);

    /// <inheritdoc/>
    public void Step(Ticks now, Input input, EffectBuffer effects)
    {
        _state.Begin(now, effects);
        switch (input)
        {
            case MessageReceived { Message: var received }:
                if (received.Sender != _state.Self && (received.Message is not IDemand || _state.Ration.TryTake(received.Sender)))
                {
                    OnMessage(received.Sender, received.Message);
                }

                break;
            case TimePassed:
                OnTime();
                break;
            case CommandsProposed proposed:
                Submissions.Propose(proposed);
                break;
            case ReadRequested read:
                Submissions.Read(read.Ticket);
                break;
            case LogDurable durable:
                _state.OnDurable(durable.Lsn);
                OnDurable(durable.Lsn);
                break;
            case SpaceChanged space:
                _state.AcceptsWrites = space.AcceptsWrites;
                break;
            case MembershipChangeRequested change:
                effects.CompleteControl(change.Ticket, new ControlResult(RefusalReason.NotSupported, "The members of a Byzantine group change with its epoch."));
                break;
            case TransferRequested transfer:
                effects.CompleteControl(transfer.Ticket, new ControlResult(RefusalReason.NotSupported, "The leader follows from the view; no replica can hand it over."));
                break;
            case SealRequested seal:
                effects.CompleteControl(seal.Ticket, new ControlResult(RefusalReason.NotSupported, "The engine has one epoch; the hybrid has several."));
                break;
            default:
                Transfer.TryTake(input);
                OnTransferred();
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
            Transfer.Start();
            Start();
        }

        Advance();
        WatchProgress();
        Hasten();
        _state.Log.HandOverCommitted(effects);
    }

    /// <inheritdoc/>
    public abstract ProofAnswer Prove(LogIndex index);

    /// <inheritdoc/>
    public ProofAnswer FindCommand(LogIndex index) => CommitProofs.FindCommand(_state.Log, index);

    /// <inheritdoc/>
    public ReadOnlyMemory<LogEntry> ReadEntries(LogIndex first, int bytesMax) => _state.Log.Slice(first, bytesMax);

    /// <inheritdoc/>
    public abstract Digest StateDigest();

    /// <summary>Takes a message of another member. Those of one engine alone that engine takes before.</summary>
    protected virtual void OnMessage(NodeId from, ProtocolMessage message)
    {
        if (message is Submit submit)
        {
            Submissions.OnSubmitted(from, submit.Batch);
            return;
        }

        Transfer.TryTake(from, message);
        OnTransferred();
    }

    /// <summary>Time has passed.</summary>
    protected abstract void OnTime();

    /// <summary>The write-ahead log is on disk up to a record, and the state knows it.</summary>
    protected virtual void OnDurable(Lsn lsn)
    {
    }

    /// <summary>State transfer has taken something: the log may have moved.</summary>
    protected virtual void OnTransferred()
    {
    }

    /// <summary>The first turn ends.</summary>
    protected abstract void Start();

    /// <summary>A turn ends: what follows from all that came in it.</summary>
    protected abstract void Advance();

    /// <summary>Blocks were committed in the view.</summary>
    protected abstract void OnProgress();

    /// <summary>A turn ends: whether the leader, whatever it orders, does not do what it is there for. It passes somebody over, orders everything late, or its times are out of range.</summary>
    protected abstract void OnJudged(bool isUnfit);

    /// <summary>Where this replica is, the others may have to hear soon.</summary>
    protected abstract void Hasten();

    /// <summary>As long as something waits, the leader is expected to bring progress; but for the time in which it cannot.</summary>
    /// <remarks>
    /// <para>
    /// Why nobody waits for ever while the window is shut, once the network is good. Say that a correct replica R lacks the checkpoint C that would open its window, and has all that a leader may propose before that, C's block committed
    /// (with HotStuff leaders propose until it is: see "A window without a commit" there). (1) The other correct replicas come as far as R, whatever the leader does: their statuses say what they lack, and R sends them blocks or nodes
    /// with their certificates; or somebody is further already, and sends a later checkpoint with its proof. (2) So each of 2f+1 correct replicas commits C's block, applies it, says what its state is, and says it again
    /// (<see cref="CheckpointDesk.OwnVotesAfter"/>) until C is stable: they have the same state. (3) R gets these statements, or the proof: its window opens, and if something waits its timer begins anew. None of this needs a leader.
    /// </para>
    /// <para>
    /// And nobody is excused too often: each time a checkpoint has become stable in between, so a whole <see cref="ByzantineOptions.CheckpointBlocks"/> of blocks were committed. Who has not committed up to the window's end, or (HotStuff) has no
    /// certificate for it, does not know whether the leader withholds it, and its timer runs.
    /// </para>
    /// </remarks>
    private void WatchProgress()
    {
        var blocks = _state.Log.Committed - _seenCommitted;
        _seenCommitted = _state.Log.Committed;
        _state.LeaderTime.OnTurn(IsWindowShut);
        if (!IsActive)
        {
            // What the others commit says nothing of the view that this replica waits for.
            return;
        }

        if (Submissions.Pace.HasNews)
        {
            Submissions.Pace.Judge(PaceAllowance);
        }

        if (blocks > 0)
        {
            OnProgress();
            if (!Transfer.IsBehind)
            {
                // Old blocks say nothing of what the leader does now.
                Submissions.OnPassed(blocks);
            }
        }

        OnJudged(Submissions.AreNeglected || Submissions.Pace.IsSlow || _state.Times.IsOutOfRange);
        if (!IsActive)
        {
            // It has just been given up.
            return;
        }

        if (_state.LeaderTime.StandsStill || (!Submissions.AreWaiting && !HasWork))
        {
            Timer.Stop();
        }
        else if (!Timer.IsRunning)
        {
            Timer.Start();
        }
    }
}
