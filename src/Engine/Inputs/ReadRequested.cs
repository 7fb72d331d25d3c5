namespace Consensus.Engine;

/// <summary>Local callers wait for a linearizable read barrier; one ticket may stand for many callers.</summary>
/// <param name="Ticket">Names the barrier in the effects that answer it.</param>
public sealed record ReadRequested(Ticket Ticket) : Input;
