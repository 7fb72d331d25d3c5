using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Storage.Files;

namespace Consensus.Storage.Snapshots;

/// <summary>A peer's snapshot while its parts come in: one file that grows in order, hashed on the way.</summary>
internal sealed class IncomingSnapshot : IDisposable
{
    private readonly IStorageFile _file;
    private readonly Blake3Hasher _hasher = new();
    private bool _isDurable;

    private IncomingSnapshot(SnapshotDescriptor descriptor, byte[] header, IStorageFile file)
    {
        Descriptor = descriptor;
        Header = header;
        _file = file;
    }

    public SnapshotDescriptor Descriptor { get; }

    public byte[] Header { get; }

    /// <summary>How many bytes of the state are there, from the first on without a gap.</summary>
    public long Stored { get; private set; }

    public bool HasAll => Stored == Descriptor.Length;

    public bool HasRightChecksum => _hasher.Finalize() == Descriptor.Checksum;

    /// <summary>Begins a file.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static IncomingSnapshot Begin(IFileSystem files, string path, ClusterId cluster, SnapshotDescriptor descriptor)
    {
        var header = SnapshotHeader.Encode(cluster, descriptor);
        var file = files.Create(path);
        try
        {
            file.Write(0, header);
            return new IncomingSnapshot(descriptor, header, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Takes a part if it continues what is there.</summary>
    /// <exception cref="IOException">It cannot be written; what was stored before counts, and the part may come again.</exception>
    public void Take(long offset, ReadOnlySpan<byte> data)
    {
        if (offset != Stored || data.IsEmpty || data.Length > Descriptor.Length - Stored)
        {
            return;
        }

        _file.Write(Header.Length + Stored, data);
        _hasher.Update(data);
        Stored += data.Length;
    }

    /// <summary>Makes the file durable, and closes it, so that it can be renamed everywhere. Once it has succeeded, it does nothing.</summary>
    public void Close()
    {
        if (!_isDurable)
        {
            _file.Flush();
            _isDurable = true;
            _file.Dispose();
        }
    }

    public void Dispose() => _file.Dispose();
}
