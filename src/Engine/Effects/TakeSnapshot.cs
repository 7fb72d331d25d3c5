namespace Consensus.Engine;

/// <summary>
/// Asks for a snapshot of the own state as it is now, unless the newest one is; of an engine that marks checkpoints, as it is at the next
/// <see cref="EntryKind.Checkpoint"/> if the last entry is none. Answered by <see cref="SnapshotSaved"/> if one was taken.
/// </summary>
/// <param name="Anywhere">Whether it is taken also if the last entry is no checkpoint: none will follow.</param>
public sealed record TakeSnapshot(bool Anywhere = false) : BackgroundRequest;
