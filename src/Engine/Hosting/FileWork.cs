namespace Consensus.Engine;

/// <summary>Something for the lane that reads and writes snapshots: a core's request, or a captured state to save.</summary>
internal readonly record struct FileWork(BackgroundRequest? Request, SnapshotDescriptor? Draft = null, IStateSnapshot? State = null);
