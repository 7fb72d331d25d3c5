namespace Consensus.Engine;

/// <summary>Packs a kind and a number into a ticket.</summary>
internal static class Tickets
{
    private const int Shift = 62;
    private const ulong NumberMask = (1UL << Shift) - 1;

    public static Ticket Of(TicketKind kind, ulong number) => new(((ulong)kind << Shift) | (number & NumberMask));

    public static TicketKind KindOf(Ticket ticket) => (TicketKind)(ticket.Value >> Shift);

    public static ulong NumberOf(Ticket ticket) => ticket.Value & NumberMask;
}
