namespace Consensus.Engine;

/// <summary>The commands that are, or are to be, proposed: those in the replica's own session and those in sessions of callers. Used by the loop only.</summary>
internal sealed class CommandsUnderWay(SessionWindow window, CallerCommands callers)
{
    /// <summary>Whether there are any, as far as the loop has seen.</summary>
    public bool Any => !window.IsEmpty || callers.Count > 0;

    /// <summary>Finds a command and becomes one of its owners.</summary>
    public PendingCommand? Hold(Ticket ticket) => Tickets.KindOf(ticket) switch
    {
        TicketKind.SessionCommand => window.Hold(Tickets.NumberOf(ticket)),
        TicketKind.CallerCommand => callers.Hold(Tickets.NumberOf(ticket)),
        TicketKind.Read or TicketKind.OpenSession or TicketKind.Control => null,
    };

    /// <summary>Takes a command out, unless the applier was first: whoever takes it out completes it.</summary>
    public bool TakeOut(Ticket ticket, PendingCommand command) =>
        command.IsCallers ? callers.Remove(Tickets.NumberOf(ticket)) : window.Take(command.Request) is not null;

    /// <summary>Shows every command, in the order of the numbers and then of their arrival.</summary>
    public void VisitAll(Ticks now, Action<Ticks, PendingCommand, Ticket> visit)
    {
        for (var sequence = window.Lowest; sequence < window.Next; sequence++)
        {
            if (window.Hold(sequence) is { } command)
            {
                visit(now, command, Tickets.Of(TicketKind.SessionCommand, sequence));
                command.Release();
            }
        }

        foreach (var (number, command) in callers.HoldAll())
        {
            visit(now, command, Tickets.Of(TicketKind.CallerCommand, number));
            command.Release();
        }
    }

    /// <summary>The replica has stopped.</summary>
    public void Fail(Exception exception)
    {
        foreach (var command in window.TakeAll())
        {
            command.TryFail(exception);
        }

        foreach (var (_, command) in callers.HoldAll())
        {
            command.TryFail(exception);
        }
    }
}
