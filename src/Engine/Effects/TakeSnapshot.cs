namespace Consensus.Engine;

/// <summary>
/// Asks for a snapshot of the own state as it is now, unless the newest one is; of an engine that marks checkpoints, as it is at the next
/// <see cref="EntryKind.Checkpoint"/> if the last entry is none. Answered by <see cref="SnapshotSaved"/> if one was taken.
/// </summary>
public sealed record TakeSnapshot : BackgroundRequest;
