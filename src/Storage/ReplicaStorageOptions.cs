using Consensus.Storage.Log;
using Consensus.Storage.Snapshots;

namespace Consensus.Storage;

/// <summary>How a replica's data folder is laid out and what is kept in it.</summary>
public sealed record ReplicaStorageOptions
{
    /// <summary>The write-ahead log.</summary>
    public WriteAheadLogOptions Log { get; init; } = new();

    /// <summary>The snapshots.</summary>
    public SnapshotStoreOptions Snapshots { get; init; } = new();
}
