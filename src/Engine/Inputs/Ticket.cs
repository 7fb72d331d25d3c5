namespace Consensus.Engine;

/// <summary>Names a local caller's request, so that effects can answer it.</summary>
/// <param name="Value">A number that its replica has not used before in this run.</param>
public readonly record struct Ticket(ulong Value);
