namespace Consensus.Engine;

/// <summary>Packs a kind and a number into a ticket.</summary>
/// <remarks>
/// A peer may answer a ticket after the replica that gave it out has been restarted. Numbers therefore begin somewhere else in each run
/// (<see cref="FirstNumber"/>): an answer to an earlier run's read must not confirm this run's, nor a refusal end its command.
/// </remarks>
internal static class Tickets
{
    private const int Shift = 61;
    private const ulong NumberMask = (1UL << Shift) - 1;

    public static Ticket Of(TicketKind kind, ulong number) => new(((ulong)kind << Shift) | (number & NumberMask));

    public static TicketKind KindOf(Ticket ticket) => (TicketKind)(ticket.Value >> Shift);

    public static ulong NumberOf(Ticket ticket) => ticket.Value & NumberMask;

    /// <summary>Where a run's numbers begin: one of 2^48 places, with room for 2^56 numbers and more after the last.</summary>
    public static ulong FirstNumber(DeterministicRandom random) => (random.NextUInt64() >> 16 << 8) + 1;
}
