namespace Consensus.Engine;

/// <summary>Tells the loop that a command found the replica's own session gone.</summary>
internal sealed record SessionLost(PendingCommand Command);
