namespace Consensus.Engine;

/// <summary>A read barrier whose index is known: it is reached when the state machine has applied that entry.</summary>
/// <param name="Ticket">The barrier.</param>
/// <param name="Index">The entry.</param>
public readonly record struct ConfirmedRead(Ticket Ticket, LogIndex Index);
