namespace Consensus.Client.Members;

/// <summary>The body of an order to end the epoch.</summary>
/// <param name="Order">The order, which an operator has signed.</param>
internal sealed record SealDocument(ReadOnlyMemory<byte> Order);
