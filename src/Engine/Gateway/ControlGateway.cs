namespace Consensus.Engine;

/// <summary>
/// Callers that wait for a membership change, a transfer of leadership, or the end of the epoch. A request that was forwarded to a leader may be lost with it,
/// so each wait has an end; whether the change took effect nevertheless is for the status to tell. Used by the loop only.
/// </summary>
internal sealed class ControlGateway
{
    /// <summary>How many requests may wait.</summary>
    public const int WaitingMax = 64;

    private readonly TimeSpan _timeout;
    private readonly SortedDictionary<ulong, PendingControl> _waiting = [];
    private ulong _last;

    /// <param name="options">The replica's settings.</param>
    /// <param name="seed">Makes this run's tickets different from those of earlier runs.</param>
    public ControlGateway(ReplicaOptions options, ulong seed)
    {
        _timeout = options.ControlTimeout;
        _last = Tickets.FirstNumber(new DeterministicRandom(seed));
    }

    /// <summary>How many requests wait.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>When the gateway wants <see cref="OnTime"/> at the latest.</summary>
    public Ticks NextDeadline { get; private set; } = Ticks.Never;

    /// <summary>A caller asks for a change or a transfer.</summary>
    /// <returns>Whether the core is to be asked; if not, the caller has its answer.</returns>
    public bool TryAccept(Ticks now, PendingControl control, out Ticket ticket)
    {
        ticket = default;
        DropCancelled();
        if (_waiting.Count >= WaitingMax)
        {
            control.Complete(new ControlResult(RefusalReason.Overloaded, $"{WaitingMax} membership changes, transfers and ends of epochs wait already."));
            return false;
        }

        control.Deadline = now + _timeout;
        NextDeadline = Ticks.Min(NextDeadline, control.Deadline);
        _waiting.Add(++_last, control);
        ticket = Tickets.Of(TicketKind.Control, _last);
        return true;
    }

    /// <summary>A request has ended.</summary>
    public void OnCompleted(Ticket ticket, ControlResult result)
    {
        if (Tickets.KindOf(ticket) == TicketKind.Control && _waiting.Remove(Tickets.NumberOf(ticket), out var control))
        {
            control.Complete(result);
        }
    }

    /// <summary>Ends what has waited too long.</summary>
    public void OnTime(Ticks now)
    {
        if (now < NextDeadline)
        {
            return;
        }

        NextDeadline = Ticks.Never;
        foreach (var (number, control) in _waiting.ToArray())
        {
            if (now >= control.Deadline)
            {
                _waiting.Remove(number);
                control.Complete(new ControlResult(RefusalReason.TimedOut, $"No answer came within {DurationText.Format(_timeout)}; the status tells whether it took effect."));
            }
            else
            {
                NextDeadline = Ticks.Min(NextDeadline, control.Deadline);
            }
        }
    }

    /// <summary>The replica has stopped: nothing that waits is answered any more.</summary>
    public void Fail(Exception exception)
    {
        foreach (var control in _waiting.Values)
        {
            control.Fail(exception);
        }
    }

    private void DropCancelled()
    {
        foreach (var (number, control) in _waiting.ToArray())
        {
            if (control.Result.IsCompleted)
            {
                _waiting.Remove(number);
            }
        }
    }
}
