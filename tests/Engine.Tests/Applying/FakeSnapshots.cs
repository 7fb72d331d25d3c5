namespace Consensus.Engine.Tests.Applying;

/// <summary>Keeps snapshots in memory.</summary>
internal sealed class FakeSnapshots : ISnapshotStore
{
    public Dictionary<LogIndex, byte[]> Stored { get; } = [];

    public bool IsDisposed { get; private set; }

    public Action? OnSave { get; set; }

    public Func<long, ReadOnlyMemory<byte>> OnReadChunk { get; set; } = static _ => default;

    public Func<long, ReadOnlyMemory<byte>> OnProve { get; set; } = static _ => default;

    public IReadOnlyList<SnapshotDescriptor> Kept { get; private set; } = [];

    public Func<long, (long NextOffset, bool IsComplete)> OnStoreChunk { get; set; } = static _ => (0, false);

    public SnapshotDescriptor? Latest => null;

    public SnapshotDescriptor Save(SnapshotDescriptor draft, Action<Stream> write)
    {
        OnSave?.Invoke();
        using var bytes = new MemoryStream();
        write(bytes);
        Stored[draft.Position.Index] = bytes.ToArray();
        return draft with { Length = bytes.Length };
    }

    public Stream Open(SnapshotDescriptor snapshot) => Stored.TryGetValue(snapshot.Position.Index, out var bytes)
        ? new MemoryStream(bytes)
        : throw new ConsensusException(ConsensusFailure.StorageCorrupt, "The snapshot is not stored.");

    public ReadOnlyMemory<byte> ReadChunk(SnapshotDescriptor snapshot, long offset, int bytesMax) => OnReadChunk(offset);

    public ReadOnlyMemory<byte> Prove(SnapshotDescriptor snapshot, long offset, int partSize) => OnProve(offset);

    public void Keep(IReadOnlyList<SnapshotDescriptor> snapshots) => Kept = snapshots;

    public (long NextOffset, bool IsComplete) StoreChunk(SnapshotDescriptor snapshot, long offset, ReadOnlySpan<byte> data) => OnStoreChunk(offset);

    public void Dispose() => IsDisposed = true;
}
