namespace Consensus.Engine;

/// <summary>A local caller brings an order to end the epoch.</summary>
/// <param name="Ticket">Names the request in the effects that answer it.</param>
/// <param name="Order">The order, as those who change epochs write it.</param>
public sealed record SealRequested(Ticket Ticket, ReadOnlyMemory<byte> Order) : Input;
