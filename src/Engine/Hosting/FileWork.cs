using Consensus.Cryptography;

namespace Consensus.Engine;

/// <summary>Something for the lane that reads and writes snapshots: a core's request, a captured state to save, or evidence to keep.</summary>
internal readonly record struct FileWork(BackgroundRequest? Request, SnapshotDescriptor? Draft = null, IStateSnapshot? State = null, EquivocationEvidence? Evidence = null);
