namespace Consensus.Engine;

/// <summary>A part of a stored snapshot was read, to be sent. Answers a <see cref="ReadSnapshotChunk"/>.</summary>
/// <param name="For">The peer that needs it.</param>
/// <param name="Snapshot">The snapshot.</param>
/// <param name="Offset">Where the part begins.</param>
/// <param name="Data">The part. Empty if the snapshot is no longer stored: a newer one has replaced it, or it was damaged.</param>
/// <param name="Proof">The proof that it is a part, if that was asked for.</param>
public sealed record SnapshotChunkRead(NodeId For, SnapshotDescriptor Snapshot, long Offset, ReadOnlyMemory<byte> Data, ReadOnlyMemory<byte> Proof = default) : Input;
