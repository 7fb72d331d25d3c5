namespace Consensus.Engine;

/// <summary>
/// Carries local callers' commands into the log and their results back: numbers them in the replica's own session, proposes them again when
/// a leader changes or a message is lost, and completes each when this replica has applied it. Retries are harmless: the session table
/// recognises them.
/// </summary>
/// <remarks>
/// Everything happens on the loop, except <see cref="OnCommandApplied"/>, which the applier calls. The two meet in the slots of the window:
/// the loop fills a slot before it proposes, and whoever takes the command out of its slot completes it.
/// </remarks>
internal sealed class CommandGateway
{
    private static readonly TimeSpan RefusalPause = TimeSpan.FromMilliseconds(10);

    private readonly NodeId _self;
    private readonly ReplicaOptions _options;
    private readonly Action<ClientId> _sessionOpened;
    private readonly Action<PendingCommand> _sessionLost;
    private readonly CallerCommands _callers = new();
    private readonly Queue<PendingCommand> _backlog = new();
    private readonly PendingCommand?[] _window;
    private readonly byte[] _openSession = new byte[CommandEnvelope.HeaderSize];
    private readonly DeterministicRandom _nonces;
    private readonly List<PendingCommand> _held = [];
    private Proposal[] _proposals = new Proposal[64];
    private int _proposalCount;
    private ulong _client;
    private ulong _next = 1;
    private ulong _lowest = 1;
    private ulong _sessionNonce;
    private Ticks _sessionAskedAt = Ticks.Never;
    private Ticks _sweepAt = Ticks.Never;
    private NodeId _leader;
    private ulong _term;

    /// <param name="self">The replica.</param>
    /// <param name="options">Its settings.</param>
    /// <param name="seed">Makes this run's session requests different from those of earlier runs.</param>
    /// <param name="sessionOpened">Called on the applier's thread: tells the loop.</param>
    /// <param name="sessionLost">Called on the applier's thread: a command found its session gone; tells the loop.</param>
    public CommandGateway(NodeId self, ReplicaOptions options, ulong seed, Action<ClientId> sessionOpened, Action<PendingCommand> sessionLost)
    {
        _self = self;
        _options = options;
        _sessionOpened = sessionOpened;
        _sessionLost = sessionLost;
        _window = new PendingCommand?[options.CommandsInFlightMax];
        _nonces = new DeterministicRandom(seed);
    }

    /// <summary>When the gateway wants <see cref="OnTime"/> at the latest.</summary>
    public Ticks NextDeadline => _sweepAt;

    /// <summary>The commands to propose in this turn. Valid until <see cref="EndTurn"/>.</summary>
    public ReadOnlyMemory<Proposal> Proposals => _proposals.AsMemory(0, _proposalCount);

    private int Mask => _window.Length - 1;

    /// <summary>A caller proposes a command.</summary>
    public void Accept(Ticks now, PendingCommand command)
    {
        if (command.IsCompleted)
        {
            // Cancelled before the loop saw it: it was never proposed.
            command.Release();
            return;
        }

        command.Deadline = now + command.Timeout;
        if (command.IsCallers)
        {
            Propose(now, command, Tickets.Of(TicketKind.CallerCommand, _callers.Add(command)));
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

        _sessionAskedAt = Ticks.Never;
        DrainBacklog(now);
        for (var sequence = _lowest; sequence < _next; sequence++)
        {
            if (Volatile.Read(ref _window[sequence & (ulong)Mask]) is { } command)
            {
                Propose(now, command, Tickets.Of(TicketKind.SessionCommand, sequence));
            }
        }

        _callers.ForEach((number, command) => Propose(now, command, Tickets.Of(TicketKind.CallerCommand, number)));
    }

    /// <summary>The replica's own session is open.</summary>
    public void OnSessionOpened(Ticks now, ClientId client)
    {
        if (_client == 0)
        {
            _client = client.Value;
            DrainBacklog(now);
        }
    }

    /// <summary>A command was committed after its session had been evicted.</summary>
    public void OnSessionLost(Ticks now, PendingCommand command)
    {
        if (command.Request.Client.Value == _client)
        {
            _client = 0;
            _sessionNonce = 0;
            _sessionAskedAt = Ticks.Never;
        }

        Vacate(command.Request.Sequence, command);
        if (command.Attempts == 1)
        {
            // Its only attempt had no effect: it may start anew in the next session.
            _backlog.Enqueue(command);
            DrainBacklog(now);
        }
        else
        {
            command.TryComplete(ProposeResult.Unknown(RefusalReason.SessionExpired));
            command.Release();
        }
    }

    /// <summary>The group did not accept a proposal.</summary>
    public void OnRefused(Ticks now, Ticket ticket, RefusalReason reason)
    {
        if (Tickets.KindOf(ticket) == TicketKind.OpenSession)
        {
            _sessionAskedAt = Ticks.Never;
            _sweepAt = Ticks.Min(_sweepAt, now + RefusalPause);
            return;
        }

        if (Find(ticket) is not { } command)
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
            command.TryComplete(ProposeResult.Refused(reason));
            command.Release();
        }
    }

    /// <summary>Ends what has waited too long, and proposes again what may be lost.</summary>
    public void OnTime(Ticks now)
    {
        if (now < _sweepAt)
        {
            return;
        }

        _sweepAt = Ticks.Never;
        while (_backlog.TryPeek(out var waiting) && (waiting.IsCompleted || now >= waiting.Deadline))
        {
            _backlog.Dequeue();
            waiting.TryComplete(ProposeResult.Refused(_leader == NodeId.None ? RefusalReason.NoLeader : RefusalReason.TimedOut));
            waiting.Release();
        }

        for (var sequence = _lowest; sequence < _next; sequence++)
        {
            if (Volatile.Read(ref _window[sequence & (ulong)Mask]) is { } command)
            {
                Review(now, command, Tickets.Of(TicketKind.SessionCommand, sequence));
            }
        }

        _callers.ForEach((number, command) => Review(now, command, Tickets.Of(TicketKind.CallerCommand, number)));
        DrainBacklog(now);
        WatchTime(now);
    }

    /// <summary>Called on the applier's thread: completes the command if a local caller waits for it.</summary>
    public void OnCommandApplied(in AppliedCommand applied)
    {
        if (applied.Outcome == CommandOutcome.SessionOpened
            && applied.Request == new RequestId(new ClientId(_self.Value), Volatile.Read(ref _sessionNonce)))
        {
            _sessionOpened(new ClientId(applied.Index.Value));
        }
        else if (TryTakeFromWindow(applied.Request) is { } own)
        {
            Finish(own, applied);
        }
        else
        {
            foreach (var command in _callers.TakeAll(applied.Request))
            {
                Finish(command, applied);
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

        foreach (ref var slot in _window.AsSpan())
        {
            Interlocked.Exchange(ref slot, null)?.TryFail(exception);
        }

        _callers.ForEach((_, command) => command.TryFail(exception));
    }

    private static ProposeResult ResultOf(in AppliedCommand applied) => applied.Outcome switch
    {
        CommandOutcome.SessionOpened => new ProposeResult(ProposeStatus.Applied, applied.Index, default, RefusalReason.None),
        CommandOutcome.Applied => new ProposeResult(ProposeStatus.Applied, applied.Index, applied.Result.ToArray(), RefusalReason.None),
        CommandOutcome.Rejected => new ProposeResult(ProposeStatus.Rejected, applied.Index, applied.Result.ToArray(), RefusalReason.None),
        CommandOutcome.SessionExpired => ProposeResult.Refused(RefusalReason.SessionExpired),
        CommandOutcome.RequestForgotten or CommandOutcome.Malformed => ProposeResult.Refused(RefusalReason.RequestForgotten),
    };

    private PendingCommand? TryTakeFromWindow(RequestId request)
    {
        ref var slot = ref _window[request.Sequence & (ulong)Mask];
        return Volatile.Read(ref slot) is { } command
            && command.Request == request
            && Interlocked.CompareExchange(ref slot, null, command) == command
            ? command
            : null;
    }

    private void Finish(PendingCommand command, in AppliedCommand applied)
    {
        if (applied.Outcome == CommandOutcome.SessionExpired && !command.IsCallers)
        {
            _sessionLost(command);
            return;
        }

        command.TryComplete(ResultOf(applied));
        command.Release();
    }

    private void DrainBacklog(Ticks now)
    {
        while (_lowest < _next && Volatile.Read(ref _window[_lowest & (ulong)Mask]) is null)
        {
            _lowest++;
        }

        if (_backlog.Count > 0 && _client == 0)
        {
            OpenSession(now);
            return;
        }

        while (_next - _lowest < (ulong)_window.Length && _backlog.TryDequeue(out var command))
        {
            if (command.IsCompleted)
            {
                command.Release();
                continue;
            }

            var sequence = _next++;
            command.Assign(new RequestId(new ClientId(_client), sequence), _lowest);
            command.Attempts = 0;
            Volatile.Write(ref _window[sequence & (ulong)Mask], command);
            Propose(now, command, Tickets.Of(TicketKind.SessionCommand, sequence));
        }
    }

    private void OpenSession(Ticks now)
    {
        WatchTime(now);
        if (_sessionAskedAt != Ticks.Never && now < _sessionAskedAt + _options.RetryInterval)
        {
            return;
        }

        if (_sessionNonce == 0)
        {
            // Asked for again with the same number: the first session that opens is taken, a second one is left to expire.
            Volatile.Write(ref _sessionNonce, _nonces.NextUInt64() | 1);
        }

        _sessionAskedAt = now;
        CommandEnvelope.WriteHeader(_openSession, CommandKind.OpenSession, new RequestId(new ClientId(_self.Value), _sessionNonce), 0);
        Add(new Proposal(Tickets.Of(TicketKind.OpenSession, 0), _openSession));
    }

    private void Propose(Ticks now, PendingCommand command, Ticket ticket)
    {
        var request = command.Request;
        if (!command.TryHold(request))
        {
            return;
        }

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
        if (command.IsCompleted || now >= command.Deadline)
        {
            if (TakeOut(ticket, command))
            {
                command.TryComplete(ProposeResult.Unknown(_leader == NodeId.None ? RefusalReason.NoLeader : RefusalReason.TimedOut));
                command.Release();
            }
        }
        else if (command.ProposedAt == Ticks.Never || now >= command.ProposedAt + _options.RetryInterval)
        {
            Propose(now, command, ticket);
        }
    }

    private PendingCommand? Find(Ticket ticket)
    {
        var number = Tickets.NumberOf(ticket);
        return Tickets.KindOf(ticket) switch
        {
            TicketKind.SessionCommand => Volatile.Read(ref _window[number & (ulong)Mask]) is { } command && command.Request.Sequence == number ? command : null,
            TicketKind.CallerCommand => _callers.Find(number),
            TicketKind.Read or TicketKind.OpenSession => null,
        };
    }

    private bool TakeOut(Ticket ticket, PendingCommand command) =>
        command.IsCallers ? _callers.Remove(Tickets.NumberOf(ticket)) : Vacate(Tickets.NumberOf(ticket), command);

    private bool Vacate(ulong sequence, PendingCommand command) =>
        Interlocked.CompareExchange(ref _window[sequence & (ulong)Mask], null, command) == command;

    private void WatchTime(Ticks now)
    {
        if (_backlog.Count > 0 || _lowest < _next || _callers.Count > 0)
        {
            _sweepAt = Ticks.Min(_sweepAt, now + TimeSpan.FromMilliseconds(50));
        }
    }
}
