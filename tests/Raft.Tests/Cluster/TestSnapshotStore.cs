using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Raft.Tests.Cluster;

/// <summary>Keeps the newest snapshot in memory, and parts of one that is being received.</summary>
internal sealed class TestSnapshotStore : ISnapshotStore
{
    private readonly MemoryStream _partial = new();
    private SnapshotDescriptor? _receiving;
    private byte[] _bytes = [];

    public SnapshotDescriptor? Latest { get; private set; }

    public SnapshotDescriptor Save(SnapshotDescriptor draft, Action<Stream> write)
    {
        using var stream = new MemoryStream();
        write(stream);
        Keep(draft with { Length = stream.Length, Checksum = Blake3.Hash(stream.ToArray()) }, stream.ToArray());
        return Latest!;
    }

    public Stream Open(SnapshotDescriptor snapshot)
    {
        Assert.That(snapshot, Is.EqualTo(Latest), "only the latest snapshot is opened");
        return new MemoryStream(_bytes, writable: false);
    }

    public ReadOnlyMemory<byte> ReadChunk(SnapshotDescriptor snapshot, long offset, int bytesMax) =>
        snapshot == Latest ? _bytes.AsMemory((int)offset, (int)Math.Min(bytesMax, _bytes.Length - offset)) : default;

    public ReadOnlyMemory<byte> Prove(SnapshotDescriptor snapshot, long offset, int partSize) => throw new NotSupportedException("Raft trusts its members.");

    public void Keep(IReadOnlyList<SnapshotDescriptor> snapshots) => throw new NotSupportedException("Raft keeps the newest snapshot.");

    public (long NextOffset, bool IsComplete) StoreChunk(SnapshotDescriptor snapshot, long offset, ReadOnlySpan<byte> data)
    {
        if (snapshot != _receiving)
        {
            if (offset != 0)
            {
                return (0, false);
            }

            _receiving = snapshot;
            _partial.SetLength(0);
        }

        if (offset == _partial.Length)
        {
            _partial.Write(data);
        }

        if (_partial.Length < snapshot.Length)
        {
            return (_partial.Length, false);
        }

        _receiving = null;
        Assert.That(Blake3.Hash(_partial.ToArray()), Is.EqualTo(snapshot.Checksum), "a snapshot arrives as it was sent");
        if (Latest is null || Latest.Position.Index <= snapshot.Position.Index)
        {
            Keep(snapshot, _partial.ToArray());
        }

        return (snapshot.Length, true);
    }

    /// <summary>The file is found damaged: it is not sent any more.</summary>
    public void Drop()
    {
        Latest = null;
        _bytes = [];
    }

    public void Dispose()
    {
    }

    private void Keep(SnapshotDescriptor descriptor, byte[] bytes)
    {
        if (Latest is not null && Latest.Position.Index > descriptor.Position.Index)
        {
            return;
        }

        Latest = descriptor;
        _bytes = bytes;
    }
}
