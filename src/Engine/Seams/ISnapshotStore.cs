namespace Consensus.Engine;

/// <summary>Where a replica keeps snapshots. Safe to use from any thread; never used by the loop itself.</summary>
public interface ISnapshotStore : IDisposable
{
    /// <summary>The newest complete snapshot, or <see langword="null"/>.</summary>
    SnapshotDescriptor? Latest { get; }

    /// <summary>Writes a snapshot of the replica's own state, durably and atomically; older ones beyond the retention are deleted.</summary>
    /// <param name="draft">What it covers; length and checksum are filled in by the store.</param>
    /// <param name="write">Writes the bytes of the state.</param>
    /// <returns>The complete descriptor.</returns>
    /// <exception cref="SnapshotSpaceException">The disk is full. Nothing has changed.</exception>
    /// <exception cref="ConsensusException"><see cref="ConsensusFailure.StorageFailed"/>.</exception>
    SnapshotDescriptor Save(SnapshotDescriptor draft, Action<Stream> write);

    /// <summary>Opens the bytes of a complete snapshot. The checksum has been verified when the method returns.</summary>
    /// <exception cref="ConsensusException">
    /// <see cref="ConsensusFailure.StorageCorrupt"/>: the checksum is wrong, or the snapshot is no longer stored.
    /// </exception>
    Stream Open(SnapshotDescriptor snapshot);

    /// <summary>Reads a part of a complete snapshot.</summary>
    /// <returns>The part; empty if the snapshot is no longer stored.</returns>
    /// <exception cref="SnapshotDamagedException">It is damaged, or cannot be read. From now on it is no longer stored.</exception>
    ReadOnlyMemory<byte> ReadChunk(SnapshotDescriptor snapshot, long offset, int bytesMax);

    /// <summary>Proves that what lies at a place of a complete snapshot is a part of it (<see cref="Consensus.Cryptography.Blake3Outline"/>). The first proof reads all of it.</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="offset">Where the part begins: a multiple of its size.</param>
    /// <param name="partSize">The size of all parts but the last.</param>
    /// <returns>The proof; empty if one part is all, or the snapshot is no longer stored.</returns>
    /// <exception cref="SnapshotDamagedException">It is damaged, or cannot be read. From now on it is no longer stored.</exception>
    ReadOnlyMemory<byte> Prove(SnapshotDescriptor snapshot, long offset, int partSize);

    /// <summary>Keeps snapshots beyond the retention until others are to be kept. What is not stored is not kept.</summary>
    void Keep(IReadOnlyList<SnapshotDescriptor> snapshots);

    /// <summary>
    /// Stores a part of a peer's snapshot. A first part (offset 0) of another snapshot than before starts over; a part that does not
    /// continue what is there is ignored. When the last part is there, the checksum is verified, and the snapshot
    /// becomes the latest: also in place of one of the same entry, which a repair replaces.
    /// </summary>
    /// <returns>How much of it is stored in order: where the next part must begin; zero after a wrong checksum. And whether it is complete.</returns>
    /// <exception cref="SnapshotSpaceException">The disk is full. What was stored is kept.</exception>
    (long NextOffset, bool IsComplete) StoreChunk(SnapshotDescriptor snapshot, long offset, ReadOnlySpan<byte> data);
}
