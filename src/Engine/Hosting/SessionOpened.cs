namespace Consensus.Engine;

/// <summary>Tells the loop that the replica's own session is open.</summary>
internal sealed record SessionOpened(ClientId Client);
