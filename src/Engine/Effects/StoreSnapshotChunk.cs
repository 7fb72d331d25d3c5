namespace Consensus.Engine;

/// <summary>Asks for a received part of a snapshot to be stored. Answered by <see cref="SnapshotChunkStored"/>.</summary>
/// <param name="From">The sender.</param>
/// <param name="Snapshot">The snapshot.</param>
/// <param name="Offset">Where the part begins.</param>
/// <param name="Data">The part; the core's own copy.</param>
public sealed record StoreSnapshotChunk(NodeId From, SnapshotDescriptor Snapshot, long Offset, ReadOnlyMemory<byte> Data) : BackgroundRequest;
