namespace Consensus.Engine;

/// <summary>
/// Carries local callers' commands into the log and their results back: numbers them in the replica's own session, proposes them again when
/// a leader changes or a message is lost, and completes each when this replica has applied it. Retries are harmless: the session table
/// recognises them.
/// </summary>
/// <remarks>
/// <para>
/// Everything here happens on the loop; what the log says of a command, the applier learns, and tells <see cref="Results"/>. The two meet in the
/// window and the callers' table: a command is put in before it is proposed, and whoever takes it out completes it.
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
    private readonly OwnSession _session;
    private readonly SessionWindow _window;
    private readonly CallerCommands _callers;
    private readonly CommandsUnderWay _underWay;
    private readonly CommandBacklog _backlog = new();
    private readonly TurnProposals _proposals = new();
    private Ticks _sweepAt = Ticks.Never;
    private NodeId _leader;
    private ulong _term;
    private bool _hasSpace = true;

    /// <param name="self">The replica.</param>
    /// <param name="options">Its settings.</param>
    /// <param name="seed">Makes this run's session requests and tickets different from those of earlier runs.</param>
    /// <param name="sessionOpened">Called on the applier's thread: tells the loop.</param>
    /// <param name="hadNoEffect">Called on the applier's thread: a command was committed to no effect; tells the loop.</param>
    /// <param name="awaitsCertificate">Called on the applier's thread: a command was committed whose caller waits for more than that; tells the loop.</param>
    public CommandGateway(NodeId self, ReplicaOptions options, ulong seed, Action<ClientId> sessionOpened, Action<PendingCommand, RefusalReason> hadNoEffect, Action<PendingCommand, ProposeResult> awaitsCertificate)
    {
        _self = self;
        _retryInterval = options.RetryInterval;
        var random = new DeterministicRandom(seed);
        var first = Tickets.FirstNumber(random);
        _session = new OwnSession(self, options.RetryInterval, random);
        _window = new SessionWindow(options.CommandsInFlightMax, first);
        _callers = new CallerCommands(first);
        _underWay = new CommandsUnderWay(_window, _callers);
        Results = new CommandResults(_session, _window, _callers, sessionOpened, hadNoEffect, awaitsCertificate);
    }

    /// <summary>Where the applier tells what became of commands.</summary>
    public CommandResults Results { get; }

    /// <summary>When the gateway wants <see cref="OnTime"/> at the latest.</summary>
    public Ticks NextDeadline => _sweepAt;

    /// <summary>How many numbers of the own session are between the lowest whose result is awaited and the next.</summary>
    public int InFlight => (int)(_window.Next - _window.Lowest);

    /// <summary>Whether a local caller waits for a command.</summary>
    public bool HasWaiting => !_backlog.IsEmpty || _underWay.Any;

    /// <summary>The commands to propose in this turn. Valid until <see cref="EndTurn"/>.</summary>
    public ReadOnlyMemory<Proposal> Proposals => _proposals.All;

    /// <summary>A caller proposes a command.</summary>
    public void Accept(Ticks now, PendingCommand command)
    {
        if (command.IsCompleted)
        {
            CommandBacklog.FinishCancelled(command);
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
    public void EndTurn() => _proposals.Clear();

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
        _underWay.VisitAll(now, ProposeToLeader);
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
            _backlog.Refuse(RefusalReason.StorageFull);
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
                _backlog.Refuse(reason);
            }

            return;
        }

        if (_underWay.Hold(ticket) is not { } command)
        {
            return;
        }

        if (reason == RefusalReason.NoLeader || command.Attempts > 1)
        {
            // It will be proposed again: with a leader it may still be accepted, and after several attempts it may have been already.
            command.ProposedAt = Ticks.Never;
            _sweepAt = Ticks.Min(_sweepAt, now + RefusalPause);
        }
        else if (_underWay.TakeOut(ticket, command))
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
        _backlog.Expire(now, WhyLate());
        _underWay.VisitAll(now, Review);
        DrainBacklog(now);
        WatchTime(now);
    }

    /// <summary>The replica has stopped: nothing that waits is answered any more.</summary>
    public void Fail(Exception exception)
    {
        _backlog.Fail(exception);
        _underWay.Fail(exception);
    }

    private void DrainBacklog(Ticks now)
    {
        _window.Advance();
        if (!_hasSpace)
        {
            _backlog.Refuse(RefusalReason.StorageFull);
        }

        if (_backlog.IsEmpty)
        {
            return;
        }

        if (!_session.IsOpen)
        {
            if (_leader != NodeId.None && _session.TryAsk(now, out var request))
            {
                _proposals.Add(request);
            }

            return;
        }

        while (!_window.IsFull && _backlog.TryTake(out var command))
        {
            command.Attempts = 0;
            command.ProposedAt = Ticks.Never;
            ProposeToLeader(now, command, Tickets.Of(TicketKind.SessionCommand, _window.Add(command, _session.Client)));
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

        command.Attempts++;
        command.ProposedAt = now;
        _proposals.Add(command, ticket);
    }

    private void Review(Ticks now, PendingCommand command, Ticket ticket)
    {
        if (command.IsCompleted || now >= command.Deadline || (!_hasSpace && command.Attempts == 0))
        {
            if (_underWay.TakeOut(ticket, command))
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

    private RefusalReason WhyLate() =>
        !_hasSpace ? RefusalReason.StorageFull
        : _leader == NodeId.None ? RefusalReason.NoLeader
        : RefusalReason.TimedOut;

    private void WatchTime(Ticks now)
    {
        if (HasWaiting)
        {
            _sweepAt = Ticks.Min(_sweepAt, now + SweepInterval);
        }
    }
}
