using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Storage.Files;

namespace Consensus.Storage.Snapshots;

/// <summary>A complete snapshot file, and who uses it. The catalog's lock guards everything that changes.</summary>
internal sealed class StoredSnapshot(string path, SnapshotDescriptor descriptor, int headerLength, bool isReceived)
{
    private const int PieceSize = 256 * 1024;

    private Blake3Outline? _outline;

    public string Path => path;

    public SnapshotDescriptor Descriptor => descriptor;

    public LogIndex Index => descriptor.Position.Index;

    /// <summary>Where the bytes of the state begin.</summary>
    public int HeaderLength => headerLength;

    /// <summary>Whether a peer sent it: it waits for its installation, which must find it.</summary>
    public bool IsReceived => isReceived;

    /// <summary>How many streams on it are open.</summary>
    public int Readers { get; set; }

    /// <summary>The file while it is being sent.</summary>
    public IStorageFile? Sending { get; set; }

    /// <summary>When a part of it was last read, as a time stamp of the store's clock.</summary>
    public long SentAt { get; set; }

    /// <summary>It was read to the end before: whoever begins again was perhaps sent damaged bytes.</summary>
    public bool IsSuspect { get; set; }

    /// <summary>Compares the bytes of the state with their checksum.</summary>
    /// <exception cref="ConsensusException"><see cref="ConsensusFailure.StorageCorrupt"/>: they differ.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public void Verify(IStorageFile file) => Read(file, PieceSize, static _ => { });

    /// <summary>What proves of the bytes' parts that they are parts. Reads all of them the first time.</summary>
    /// <inheritdoc cref="Verify" path="/exception"/>
    public Blake3Outline Outline(IStorageFile file, int partSize)
    {
        if (_outline?.PartSize != partSize)
        {
            var outline = new Blake3Outline(partSize);
            Read(file, partSize, part => outline.Append(part.Span));
            _outline = outline;
        }

        return _outline;
    }

    private void Read(IStorageFile file, int pieceSize, Action<ReadOnlyMemory<byte>> take)
    {
        var hasher = new Blake3Hasher();
        var buffer = GC.AllocateUninitializedArray<byte>((int)Math.Min(pieceSize, descriptor.Length));
        var read = 0L;
        while (read < descriptor.Length)
        {
            var wanted = (int)Math.Min(buffer.Length, descriptor.Length - read);
            var count = file.Read(headerLength + read, buffer.AsSpan(0, wanted));
            if (count < wanted)
            {
                throw Corrupt($"{descriptor.Length - read - count} of {descriptor.Length} bytes are missing");
            }

            hasher.Update(buffer.AsSpan(0, count));
            take(buffer.AsMemory(0, count));
            read += count;
        }

        var actual = hasher.Finalize();
        if (actual != descriptor.Checksum)
        {
            throw Corrupt($"its bytes have the checksum {actual} instead of {descriptor.Checksum}");
        }
    }

    private ConsensusException Corrupt(string what) =>
        new(ConsensusFailure.StorageCorrupt, $"The snapshot {path} (entry {Index}) is damaged: {what}.");
}
