namespace Consensus.Engine;

/// <summary>The end of a membership change or transfer that a local caller asked for.</summary>
/// <param name="Ticket">The request.</param>
/// <param name="Result">How it ended.</param>
public readonly record struct ControlCompletion(Ticket Ticket, ControlResult Result);
