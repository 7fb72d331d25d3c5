namespace Consensus.Engine;

/// <summary>Asks for a snapshot of the own state as it is now, unless the newest one is. Answered by <see cref="SnapshotSaved"/> if one was taken.</summary>
public sealed record TakeSnapshot : BackgroundRequest;
