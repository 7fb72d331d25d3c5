namespace Consensus.Engine;

/// <summary>A local caller asks for a transfer of leadership.</summary>
/// <param name="Ticket">Names the request in the effects that answer it.</param>
/// <param name="Target">The new leader, or <see cref="NodeId.None"/> for the most up-to-date voter.</param>
public sealed record TransferRequested(Ticket Ticket, NodeId Target) : Input;
