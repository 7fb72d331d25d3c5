using Consensus.Engine;

namespace Consensus.Simulation.Nodes;

/// <summary>A snapshot store that tells what it saves, and the state which snapshot it is about to restore.</summary>
internal sealed class ObservedSnapshots(ISnapshotStore store, ObservedState state, SimulatedNode node, INodeObserver observer) : ISnapshotStore
{
    /// <inheritdoc/>
    public SnapshotDescriptor? Latest => store.Latest;

    /// <inheritdoc/>
    public SnapshotDescriptor Save(SnapshotDescriptor draft, Action<Stream> write)
    {
        var saved = store.Save(draft, write);
        observer.OnSaved(node, saved);
        return saved;
    }

    /// <inheritdoc/>
    public Stream Open(SnapshotDescriptor snapshot)
    {
        state.Opened = snapshot;
        return store.Open(snapshot);
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> ReadChunk(SnapshotDescriptor snapshot, long offset, int bytesMax) => store.ReadChunk(snapshot, offset, bytesMax);

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Prove(SnapshotDescriptor snapshot, long offset, int partSize) => store.Prove(snapshot, offset, partSize);

    /// <inheritdoc/>
    public void Keep(IReadOnlyList<SnapshotDescriptor> snapshots) => store.Keep(snapshots);

    /// <inheritdoc/>
    public (long NextOffset, bool IsComplete) StoreChunk(SnapshotDescriptor snapshot, long offset, ReadOnlySpan<byte> data) =>
        store.StoreChunk(snapshot, offset, data);

    /// <inheritdoc/>
    public void Dispose() => store.Dispose();
}
