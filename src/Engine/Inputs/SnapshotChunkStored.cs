namespace Consensus.Engine;

/// <summary>A part of a received snapshot is on disk. Answers a <see cref="StoreSnapshotChunk"/>.</summary>
/// <param name="From">The sender.</param>
/// <param name="Snapshot">The snapshot.</param>
/// <param name="NextOffset">How much of it is there; smaller than expected if the parts came out of order, or the checksum was wrong.</param>
/// <param name="IsComplete">Whether all of it is there and the checksum is right.</param>
public sealed record SnapshotChunkStored(NodeId From, SnapshotDescriptor Snapshot, long NextOffset, bool IsComplete) : Input;
