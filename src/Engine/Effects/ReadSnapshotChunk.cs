namespace Consensus.Engine;

/// <summary>Asks for a part of a stored snapshot. Answered by <see cref="SnapshotChunkRead"/>.</summary>
/// <param name="For">The peer that needs it.</param>
/// <param name="Snapshot">The snapshot.</param>
/// <param name="Offset">Where the part begins.</param>
/// <param name="BytesMax">How much is wanted.</param>
/// <param name="WithProof">Whether the part is to come with the proof that it is one (<see cref="Consensus.Cryptography.Blake3Outline"/>); then offset and size must be those of one.</param>
public sealed record ReadSnapshotChunk(NodeId For, SnapshotDescriptor Snapshot, long Offset, int BytesMax, bool WithProof = false) : BackgroundRequest;
