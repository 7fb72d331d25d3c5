namespace Consensus.Engine;

/// <summary>
/// Carries local callers' commands into the log and their results back: numbers them in the replica's own session, proposes them again when
/// a leader changes or a message is lost, and completes each when this replica has applied it. Retries are harmless: the session table
/// recognises them.
/// </summary>
/// <remarks>
/// <para>
/// Everything happens on the loop, except <see cref="OnCommandApplied"/>, which the applier calls. The two meet in the window and the
/// callers' table: a command is put in before it is proposed, and whoever takes it out completes it.
/// </para>
/// <para>
/// What a result says is certain. Refused: no attempt was handed to the protocol, or the only one was refused, or it was committed to no
/// effect. After a second attempt a refusal says nothing about the first, so the end is what the log says, or
/// <see cref="ProposeStatus.Unknown"/>.
/// </para>
/// </remarks>
internal sealed class CommandGateway
{
    private static readonly TimeSpan RefusalPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMilliseconds(50);

    private readonly NodeId _self;
    private readonly TimeSpan _retryInterval;
    private readonly Action<ClientId> _sessionOpened;
    private readonly Action<PendingCommand, RefusalReason> _hadNoEffect;
    private readonly OwnSession _session;
    private readonly SessionWindow _window;
    private readonly CallerCommands _callers;
    private readonly Queue<PendingCommand> _backlog = new();
    private readonly List<PendingCommand> _held = [];
    private Proposal[] _proposals = new Proposal[64];
    private int _proposalCount;
    private Ticks _sweepAt = Ticks.Never;
    private NodeId _leader;
    private ulong _term;
    private bool _hasSpace = true;

    /// <param name="self">The replica.</param>
    /// <param name="options">Its settings.</param>
    /// <param name="seed">Makes this run's session requests and tickets different from those of earlier runs.</param>
    /// <param name="sessionOpened">Called on the applier's thread: tells the loop.</param>
    /// <param name="hadNoEffect">Called on the applier's thread: a command was committed to no effect; tells the loop.</param>
    public CommandGateway(NodeId self, ReplicaOptions options, ulong seed, Action<ClientId> sessionOpened, Action<PendingCommand, RefusalReason> hadNoEffect)
    {
        _self = self;
        _retryInterval = options.RetryInterval;
        _sessionOpened = sessionOpened;
        _hadNoEffect = hadNoEffect;
        var random = new DeterministicRandom(seed);
        var first = Tickets.FirstNumber(random);
        _session = new OwnSession(self, options.RetryInterval, random);
        _window = new SessionWindow(options.CommandsInFlightMax, first);
        _callers = new CallerCommands(first);
    }

    /// <summary>When the gateway wants <see cref="OnTime"/> at the latest.</summary>
    public Ticks NextDeadline => _sweepAt;

    /// <summary>How many numbers of the own session are between the lowest whose result is awaited and the next.</summary>
    public int InFlight => (int)(_window.Next - _window.Lowest);

    /// <summary>Whether a local caller waits for a command.</summary>
    public bool HasWaiting => _backlog.Count > 0 || !_window.IsEmpty || _callers.Count > 0;

    /// <summary>The commands to propose in this turn. Valid until <see cref="EndTurn"/>.</summary>
    public ReadOnlyMemory<Proposal> Proposals => _proposals.AsMemory(0, _proposalCount);

    /// <summary>A caller proposes a command.</summary>
    public void Accept(Ticks now, PendingCommand command)
    {
        if (command.IsCompleted)
        {
            FinishCancelled(command);
            return;
        }

        if (!_hasSpace)
        {
            command.Finish(ProposeResult.Refused(RefusalReason.StorageFull));
            return;
        }

        command.Deadline = now + command.Timeout;
        if (command.IsCallers)
        {
            // Held, because another proposal with the same identity may bring its result at any moment.
            command.Hold();
            var ticket = Tickets.Of(TicketKind.CallerCommand, _callers.Add(command));
            ProposeToLeader(now, command, ticket);
            command.Release();
        }
        else
        {
            _backlog.Enqueue(command);
            DrainBacklog(now);
        }

        WatchTime(now);
    }

    /// <summary>The turn has proposed what was due.</summary>
    public void EndTurn()
    {
        _proposalCount = 0;
        foreach (var command in _held)
        {
            command.Release();
        }

        _held.Clear();
    }

    /// <summary>A leader is known, or none: what was sent to another may be lost.</summary>
    public void OnLeader(Ticks now, NodeId leader, ulong term)
    {
        if (leader == _leader && term == _term)
        {
            return;
        }

        (_leader, _term) = (leader, term);
        if (leader == NodeId.None)
        {
            return;
        }

        _session.Forget();
        VisitAll(now, ProposeToLeader);
        DrainBacklog(now);
        WatchTime(now);
    }

    /// <summary>
    /// The replica's disk is full, or has space again. While it is full, results do not become known here: commands that come, or were not
    /// proposed yet, are refused. Those that were wait, not proposed again, for space or for their time limit.
    /// </summary>
    public void OnSpace(bool hasSpace)
    {
        _hasSpace = hasSpace;
        if (!hasSpace)
        {
            RefuseBacklog(RefusalReason.StorageFull);
        }
    }

    /// <summary>The replica's own session is open.</summary>
    public void OnSessionOpened(Ticks now, ClientId client)
    {
        _session.OnOpened(client);
        DrainBacklog(now);
        WatchTime(now);
    }

    /// <summary>A command was committed after its session had been closed, or with a number beyond the session's window.</summary>
    public void OnNoEffect(Ticks now, PendingCommand command, RefusalReason reason)
    {
        if (!command.IsCallers && reason == RefusalReason.SessionExpired)
        {
            _session.OnLost(command.Request.Client);
        }

        if (command.Attempts > 1)
        {
            // The other attempt may have had one, or have one yet.
            command.Finish(ProposeResult.Unknown(reason));
        }
        else if (command.IsCallers)
        {
            command.Finish(ProposeResult.Refused(reason));
        }
        else
        {
            // It may start anew in the next session.
            _backlog.Enqueue(command);
        }

        DrainBacklog(now);
        WatchTime(now);
    }

    /// <summary>The group did not accept a proposal.</summary>
    public void OnRefused(Ticks now, Ticket ticket, RefusalReason reason)
    {
        if (Tickets.KindOf(ticket) == TicketKind.OpenSession)
        {
            _session.Forget();
            _sweepAt = Ticks.Min(_sweepAt, now + RefusalPause);
            if (reason == RefusalReason.StorageFull)
            {
                // What waits for the session would have been refused like it.
                RefuseBacklog(reason);
            }

            return;
        }

        if (Hold(ticket) is not { } command)
        {
            return;
        }

        if (reason == RefusalReason.NoLeader || command.Attempts > 1)
        {
            // It will be proposed again: with a leader it may still be accepted, and after several attempts it may have been already.
            command.ProposedAt = Ticks.Never;
            _sweepAt = Ticks.Min(_sweepAt, now + RefusalPause);
        }
        else if (TakeOut(ticket, command))
        {
            command.Finish(ProposeResult.Refused(reason));
        }

        command.Release();
    }

    /// <summary>Ends what has waited too long, and proposes what is due or may be lost.</summary>
    public void OnTime(Ticks now)
    {
        // Results that have come since the last turn have made room.
        DrainBacklog(now);
        if (now < _sweepAt)
        {
            return;
        }

        _sweepAt = Ticks.Never;
        ExpireBacklog(now);
        VisitAll(now, Review);
        DrainBacklog(now);
        WatchTime(now);
    }

    /// <summary>Called on the applier's thread: completes the command if a local caller waits for it.</summary>
    public void OnCommandApplied(in AppliedCommand applied)
    {
        if (applied.Outcome == CommandOutcome.SessionOpened && _session.IsAnswer(applied.Request))
        {
            _sessionOpened(new ClientId(applied.Index.Value));
        }
        else if (_window.Take(applied.Request) is { } own)
        {
            if (applied.Outcome == CommandOutcome.SessionExpired)
            {
                _hadNoEffect(own, RefusalReason.SessionExpired);
            }
            else
            {
                own.Finish(ResultOf(applied));
            }
        }
        else
        {
            var callers = _callers.TakeAll(applied.Request);
            foreach (var command in callers)
            {
                if (applied.Outcome != CommandOutcome.RequestBeyondWindow)
                {
                    command.Finish(ResultOf(applied));
                }
                else if (callers.Count == 1)
                {
                    _hadNoEffect(command, RefusalReason.RequestBeyondWindow);
                }
                else
                {
                    // Each has proposed it, and this is one of their attempts.
                    command.Finish(ProposeResult.Unknown(RefusalReason.RequestBeyondWindow));
                }
            }
        }
    }

    /// <summary>The replica has stopped: nothing that waits is answered any more.</summary>
    public void Fail(Exception exception)
    {
        while (_backlog.TryDequeue(out var command))
        {
            command.TryFail(exception);
        }

        foreach (var command in _window.TakeAll())
        {
            command.TryFail(exception);
        }

        foreach (var (_, command) in _callers.HoldAll())
        {
            command.TryFail(exception);
        }
    }

    /// <remarks>
    /// A session or result that is gone says nothing about an earlier proposal of the same command, here or through another replica.
    /// A number beyond the session's window was never inside it, for the window only moves on. What the gateway numbers itself never is
    /// beyond: each command acknowledges all below the window's lowest.
    /// </remarks>
    private static ProposeResult ResultOf(in AppliedCommand applied) => applied.Outcome switch
    {
        CommandOutcome.SessionOpened => new ProposeResult(ProposeStatus.Applied, applied.Index, default, RefusalReason.None),
        CommandOutcome.Applied => new ProposeResult(ProposeStatus.Applied, applied.Index, applied.Result.ToArray(), RefusalReason.None),
        CommandOutcome.Rejected => new ProposeResult(ProposeStatus.Rejected, applied.Index, applied.Result.ToArray(), RefusalReason.None),
        CommandOutcome.SessionExpired => ProposeResult.Unknown(RefusalReason.SessionExpired),
        CommandOutcome.RequestForgotten => ProposeResult.Unknown(RefusalReason.RequestForgotten),
        CommandOutcome.RequestBeyondWindow or CommandOutcome.Malformed => throw new ConsensusException(
            ConsensusFailure.InvariantViolated, $"The command at entry {applied.Index} is {applied.Outcome}, which none is that this replica proposes."),
    };

    /// <summary>Its caller went away before it was proposed, and does not hear this.</summary>
    private static void FinishCancelled(PendingCommand command) => command.Finish(ProposeResult.Refused(RefusalReason.TimedOut));

    private void DrainBacklog(Ticks now)
    {
        _window.Advance();
        if (!_hasSpace)
        {
            RefuseBacklog(RefusalReason.StorageFull);
        }

        if (_backlog.Count == 0)
        {
            return;
        }

        if (!_session.IsOpen)
        {
            if (_leader != NodeId.None && _session.TryAsk(now, out var request))
            {
                Add(request);
            }

            return;
        }

        while (!_window.IsFull && _backlog.TryDequeue(out var command))
        {
            if (command.IsCompleted)
            {
                FinishCancelled(command);
                continue;
            }

            command.Attempts = 0;
            command.ProposedAt = Ticks.Never;
            ProposeToLeader(now, command, Tickets.Of(TicketKind.SessionCommand, _window.Add(command, _session.Client)));
        }
    }

    /// <summary>No attempt of these may have had an effect.</summary>
    private void RefuseBacklog(RefusalReason reason)
    {
        while (_backlog.TryDequeue(out var command))
        {
            command.Finish(ProposeResult.Refused(reason));
        }
    }

    private void ExpireBacklog(Ticks now)
    {
        for (var left = _backlog.Count; left > 0; left--)
        {
            var command = _backlog.Dequeue();
            if (command.IsCompleted || now >= command.Deadline)
            {
                command.Finish(ProposeResult.Refused(WhyLate()));
            }
            else
            {
                _backlog.Enqueue(command);
            }
        }
    }

    /// <summary>
    /// Proposes a command, if there is somebody to propose it to; else it waits for <see cref="OnLeader"/>, or for space until a
    /// <see cref="Review"/> finds some.
    /// </summary>
    private void ProposeToLeader(Ticks now, PendingCommand command, Ticket ticket)
    {
        if (!_hasSpace)
        {
            command.ProposedAt = Ticks.Never;
            return;
        }

        if (_leader == NodeId.None)
        {
            return;
        }

        command.Hold();
        _held.Add(command);
        command.Attempts++;
        command.ProposedAt = now;
        Add(new Proposal(ticket, command.Payload));
    }

    private void Add(Proposal proposal)
    {
        if (_proposalCount == _proposals.Length)
        {
            Array.Resize(ref _proposals, _proposals.Length * 2);
        }

        _proposals[_proposalCount++] = proposal;
    }

    private void Review(Ticks now, PendingCommand command, Ticket ticket)
    {
        if (command.IsCompleted || now >= command.Deadline || (!_hasSpace && command.Attempts == 0))
        {
            if (TakeOut(ticket, command))
            {
                command.Finish(command.Attempts == 0 ? ProposeResult.Refused(WhyLate()) : ProposeResult.Unknown(WhyLate()));
            }
        }
        else if (command.ProposedAt == Ticks.Never || (_leader != _self && now >= command.ProposedAt + _retryInterval))
        {
            // What this replica's own core has accepted is lost with its leadership only.
            ProposeToLeader(now, command, ticket);
        }
    }

    private void VisitAll(Ticks now, Action<Ticks, PendingCommand, Ticket> visit)
    {
        for (var sequence = _window.Lowest; sequence < _window.Next; sequence++)
        {
            if (_window.Hold(sequence) is { } command)
            {
                visit(now, command, Tickets.Of(TicketKind.SessionCommand, sequence));
                command.Release();
            }
        }

        foreach (var (number, command) in _callers.HoldAll())
        {
            visit(now, command, Tickets.Of(TicketKind.CallerCommand, number));
            command.Release();
        }
    }

    private RefusalReason WhyLate() =>
        !_hasSpace ? RefusalReason.StorageFull
        : _leader == NodeId.None ? RefusalReason.NoLeader
        : RefusalReason.TimedOut;

    private PendingCommand? Hold(Ticket ticket) => Tickets.KindOf(ticket) switch
    {
        TicketKind.SessionCommand => _window.Hold(Tickets.NumberOf(ticket)),
        TicketKind.CallerCommand => _callers.Hold(Tickets.NumberOf(ticket)),
        TicketKind.Read or TicketKind.OpenSession or TicketKind.Control => null,
    };

    private bool TakeOut(Ticket ticket, PendingCommand command) =>
        command.IsCallers ? _callers.Remove(Tickets.NumberOf(ticket)) : _window.Take(command.Request) is not null;

    private void WatchTime(Ticks now)
    {
        if (HasWaiting)
        {
            _sweepAt = Ticks.Min(_sweepAt, now + SweepInterval);
        }
    }
}
