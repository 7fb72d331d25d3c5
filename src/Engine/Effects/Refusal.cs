namespace Consensus.Engine;

/// <summary>A local caller's request that will not be carried out.</summary>
/// <param name="Ticket">The request.</param>
/// <param name="Reason">Why.</param>
public readonly record struct Refusal(Ticket Ticket, RefusalReason Reason);
