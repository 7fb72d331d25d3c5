using System.Buffers;
using Consensus.Cryptography;

namespace Consensus.Engine;

/// <summary>
/// The lane that a replica's protocol runs on: it takes what callers, peers and the replica's other lanes have posted, steps the driver
/// with it, and carries out what the driver asks for. Heartbeats come out of this loop and nowhere else, so they prove that it makes progress.
/// </summary>
internal sealed class ReplicaLoop : IReplicaHost, IDisposable
{
    /// <summary>How many bytes of commands the core gets in one step, unless a single one is larger.</summary>
    public const int ProposalBytesPerStep = 1024 * 1024;

    private const int ItemsPerTurn = 4096;
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(1);

    private readonly ReplicaSetup _setup;
    private readonly ITransport _transport;
    private readonly ReplicaEvents _events;
    private readonly LeaderNews? _leaderNews;
    private readonly ILane _lane;
    private readonly LoopInbox _inbox;
    private readonly StallWatch _stall = new();
    private readonly PeerBook _peers;
    private readonly ControlGateway _controls;
    private readonly ReadGateway _reads;
    private readonly CertifiedGateway _certified = new();
    private readonly ReplicaDriver _driver;
    private readonly LogWorker _logWriter;
    private readonly FileWorker _files;
    private readonly StateWorker _state;
    private readonly long _startedAt;
    private readonly SnapshotRetry _snapshotRetry = new();
    private readonly SpaceWatch _space;
    private Ticks _restsUntil;
    private volatile bool _isStopping;
    private volatile Exception? _whyStopped;

    /// <summary>Makes all parts and restores the snapshot; no lane runs yet.</summary>
    /// <exception cref="ConsensusException">The recovered snapshot cannot be restored.</exception>
    public ReplicaLoop(ReplicaSetup setup, ReplicaEvents events, ReplicaMetrics metrics, Action<Exception> onFailure)
    {
        _lane = setup.Lanes.Create(LaneKind.Protocol, setup.Self, Turn, onFailure);
        _inbox = new LoopInbox(_lane, setup.Options, WhyStopped);
        _setup = setup;
        _transport = setup.Transport;
        _peers = new PeerBook(setup.Self, setup.Transport);
        _events = events;
        _startedAt = setup.Time.GetTimestamp();
        _reads = new ReadGateway(setup.Options, setup.Seed);
        _controls = new ControlGateway(setup.Options, setup.Seed);
        _leaderNews = setup.Engine.AnnouncesLeaders ? null : new LeaderNews(events);
        Status = new StatusBoard(setup.Self, setup.Engine.Name);
        Commands = new CommandGateway(
            setup.Self, setup.Options, setup.Seed, client => Post(new SessionOpened(client)), (command, reason) => Post(new CommandWithoutEffect(command, reason)),
            (command, result) => Post(new CommandToCertify(command, result)));
        var core = setup.Engine.CreateCore(new CoreContext
        {
            Self = setup.Self,
            Epoch = setup.Epoch,
            Recovered = setup.Recovered,
            Seed = setup.Seed,
            Now = Now(),
        });
        _driver = new ReplicaDriver(core, setup.Log, this);
        _logWriter = new LogWorker(setup, happening => _inbox.PostAndVisit(new InboxItem(happening)), onFailure);
        _files = new FileWorker(setup, Post, ended => _state!.Post(new StateWork(Ended: ended)), Status, events, onFailure);
        _state = new StateWorker(setup, Commands.Results, Post, _files.Post, Status, metrics, onFailure, WhyStopped);
        _space = new SpaceWatch(setup, _logWriter, Commands, _reads, events);
        Status.Publish(_driver.Status, _space.AcceptsWrites);
    }

    public StatusBoard Status { get; }

    public CommandGateway Commands { get; }

    /// <summary>What waits here. Exact where all lanes are on one thread.</summary>
    public ReplicaLoad Load => new()
    {
        CommandsInFlight = Commands.InFlight,
        Controls = _controls.Waiting,
        ReceivedBytes = _inbox.ReceivedBytes,
        ReadersOfState = _state.Readers,
        HeldMessages = _driver.HeldMessages,
        InboxItems = _inbox.Count,
        LogWork = _logWriter.Waiting,
        StateWork = _state.Waiting,
        FileWork = _files.Waiting,
    };

    public void Start()
    {
        _peers.OnMembership(_driver.Status.Membership, LogIndex.Zero);
        _logWriter.Start();
        _files.Start();
        _state.Start();
        _lane.Start();
    }

    public void Post(InboxItem item) => _inbox.Post(item);

    public void Post(object content) => _inbox.Post(new InboxItem(content));

    /// <summary>Queues a received message, and slows its sender down if too many bytes wait.</summary>
    /// <returns>True, when the next one may come.</returns>
    public ValueTask<bool> PostAsync(MessageReceived message, FrameBuffer frame, CancellationToken cancellationToken) =>
        _inbox.PostAsync(message, frame, cancellationToken);

    /// <summary>Reads the state without a barrier.</summary>
    public void ReadStale(IStateReader reader) => _state.Post(new StateWork(Readers: [reader], Index: LogIndex.Zero));

    /// <summary>Lets go those who wait to hand over a frame; further ones are not held up.</summary>
    public void OpenGate() => _inbox.OpenGate();

    /// <summary>
    /// Ends the lanes, what was under way in them being finished first, and tells everybody who waits, and who comes later, why.
    /// </summary>
    public void Stop(Exception reason)
    {
        _whyStopped = reason;
        try
        {
            Dispose();
        }
        finally
        {
            Commands.Fail(reason);
            _certified.Fail(reason);
            _reads.Fail(reason);
            _controls.Fail(reason);
            _inbox.ReleaseFrames();
            Status.PublishStopped();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isStopping = true;
        try
        {
            _lane.Dispose();
            _logWriter.Dispose();
            _state.Dispose();
            _files.Dispose();
        }
        finally
        {
            _inbox.Close();
        }
    }

    void IReplicaHost.BeginFlush(ILogBatch batch) => _logWriter.Post(new LogWork(batch));

    void IReplicaHost.BeginCompaction(LogIndex index) => _logWriter.Post(new LogWork(null, index));

    void IReplicaHost.Send(NodeId to, ProtocolMessage message) => _transport.Send(to, message);

    void IReplicaHost.FlushMessages() => _transport.Flush();

    void IReplicaHost.Apply(IReadOnlyList<LogEntry> entries)
    {
        var copy = ArrayPool<LogEntry>.Shared.Rent(entries.Count);
        for (var i = 0; i < entries.Count; i++)
        {
            copy[i] = entries[i];
        }

        _state.Post(new StateWork(Entries: copy, Count: entries.Count));
    }

    void IReplicaHost.Install(SnapshotDescriptor snapshot) => _state.Post(new StateWork(Install: snapshot));

    void IReplicaHost.Begin(BackgroundRequest request)
    {
        if (request is TakeSnapshot or SuspendSnapshots or HashState)
        {
            _state.Post(new StateWork(Request: request));
        }
        else
        {
            _files.Post(new FileWork(request));
        }
    }

    void IReplicaHost.Keep(EquivocationEvidence evidence) => _files.Post(new FileWork(null, Evidence: evidence));

    void IReplicaHost.Refuse(Refusal refusal)
    {
        switch (Tickets.KindOf(refusal.Ticket))
        {
            case TicketKind.Read:
                _reads.OnRefused(Now(), refusal.Ticket, refusal.Reason);
                break;
            case TicketKind.Control:
                _controls.OnCompleted(refusal.Ticket, new ControlResult(refusal.Reason, ""));
                break;
            case TicketKind.SessionCommand or TicketKind.CallerCommand or TicketKind.OpenSession:
                Commands.OnRefused(Now(), refusal.Ticket, refusal.Reason);
                break;
        }
    }

    void IReplicaHost.ConfirmRead(ConfirmedRead read)
    {
        var readers = _reads.OnConfirmed(read.Ticket);
        if (readers.Count > 0)
        {
            _state.Post(new StateWork(Readers: readers, Index: read.Index));
        }
    }

    void IReplicaHost.CompleteControl(ControlCompletion completion)
    {
        // Before the answer: who looks at the status because of it must find the new leader, or the new members, there.
        PublishStatus();
        _controls.OnCompleted(completion.Ticket, completion.Result);
    }

    void IReplicaHost.Raise(ConsensusEvent happening)
    {
        if (happening is MembershipChanged changed)
        {
            _peers.OnMembership(changed.Membership, changed.Index);
        }

        // Before the event: who looks at the status because of it must not find the one before.
        PublishStatus();
        _events.Publish(happening);
    }

    private void PublishStatus() => Status.Publish(_driver.Status, _setup.Log.AcceptsWrites);

    private Ticks Now() => new(_setup.Time.GetElapsedTime(_startedAt).Ticks);

    private Timestamp WallClock() => new(_setup.Time.GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>One turn of the lane.</summary>
    private TimeSpan Turn()
    {
        if (_isStopping)
        {
            return Timeout.InfiniteTimeSpan;
        }

        var woken = Now();
        if (_inbox.IsEmpty && woken < _restsUntil)
        {
            // Woken for what the last turn has taken already.
            return _restsUntil - woken;
        }

        // In this order: if the process is suspended between the two, the wall clock seems to be ahead for this turn, and nobody's proposal to come from the future.
        _driver.BeginTurn(woken, WallClock());

        // The clock is read after an item was taken: if the process is suspended between the two, no read that came after it is judged by a
        // lease as it was before.
        for (var taken = 0; taken < ItemsPerTurn && _inbox.TryTake(out var item); taken++)
        {
            Take(Now(), item.Content);
        }

        var now = Now();
        _controls.OnTime(now);
        _certified.OnTime(now);
        Commands.OnTime(now);
        StepProposals(now);

        _reads.OnTime(now);
        if (_reads.TryBegin(now, out var barrier))
        {
            _driver.Step(now, new ReadRequested(barrier));
        }

        _driver.EndTurn(now);
        Commands.EndTurn();
        _inbox.ReleaseFrames();
        _space.Reclaim(now);
        if (_snapshotRetry.TryBegin(now))
        {
            _state.Post(new StateWork(Request: new TakeSnapshot()));
        }

        var status = _driver.Status;
        Commands.OnLeader(now, status.Leader, status.TermOrView);
        _reads.OnLeader(status.Leader, status.TermOrView);
        _peers.OnCommitted(status.CommitIndex, now);
        _space.Look();
        Status.Publish(status, _space.AcceptsWrites, _stall.Look(now, status.CommitIndex, Commands.HasWaiting));
        _certified.OnCertified(status.Certified);
        _leaderNews?.Look(status);
        return Rest();
    }

    /// <summary>A core may forward what it is given in one step as one message, so a step is given no more than fits well.</summary>
    private void StepProposals(Ticks now)
    {
        var rest = Commands.Proposals;
        while (!rest.IsEmpty)
        {
            var count = 0;
            var bytes = 0;
            var proposals = rest.Span;
            while (count < proposals.Length && (count == 0 || bytes + proposals[count].Payload.Length <= ProposalBytesPerStep))
            {
                bytes += proposals[count++].Payload.Length;
            }

            _driver.Step(now, new CommandsProposed(rest[..count], WallClock()));
            rest = rest[count..];
        }
    }

    private void Take(Ticks now, object content)
    {
        switch (content)
        {
            case PendingCommand command:
                Commands.Accept(now, command);
                break;
            case PendingRead read:
                _reads.Accept(now, read);
                break;
            case PendingControl control:
                Begin(now, control);
                break;
            case PendingProof proof:
                proof.Complete(proof.WithProof ? _driver.Prove(proof.Index) : _driver.FindCommand(proof.Index));
                break;
            case LogDurable durable:
                _driver.OnFlushed(now, durable);
                break;
            case SessionOpened opened:
                Commands.OnSessionOpened(now, opened.Client);
                break;
            case CommandWithoutEffect applied:
                Commands.OnNoEffect(now, applied.Command, applied.Reason);
                break;
            case CommandToCertify committed:
                _certified.Accept(committed);
                break;
            case RejectionInbox.Pending rejections:
                _driver.Step(now, rejections.Take());
                break;
            case SpaceLookedFor:
                // Whether there is any, the end of the turn sees.
                break;
            case SnapshotNotSaved:
                _snapshotRetry.OnNotSaved(now);
                break;
            case Input input:
                if (input is SnapshotSaved)
                {
                    _snapshotRetry.OnSaved();
                }

                _driver.Step(now, input);
                break;
            default:
                throw new ConsensusException(ConsensusFailure.InvariantViolated, $"The loop does not know {content.GetType().Name}.");
        }
    }

    private void Begin(Ticks now, PendingControl control)
    {
        if (_controls.TryAccept(now, control, out var ticket))
        {
            _driver.Step(now, control.Ask(ticket, WallClock()));
        }
    }

    private Exception WhyStopped() => _whyStopped ?? new ConsensusException(ConsensusFailure.Stopped, $"Replica {_setup.Self} was stopped.");

    private TimeSpan Rest()
    {
        _restsUntil = Ticks.Zero;
        if (!Commands.Proposals.IsEmpty)
        {
            return TimeSpan.Zero;
        }

        var deadline = Ticks.Min(_driver.NextDeadline, Ticks.Min(Commands.NextDeadline, Ticks.Min(_reads.NextDeadline, Ticks.Min(_controls.NextDeadline, _certified.NextDeadline))));
        var now = Now();
        if (deadline <= now)
        {
            return TimeSpan.Zero;
        }

        _restsUntil = Ticks.Min(deadline, now + LongestRest);
        return _restsUntil - now;
    }
}
