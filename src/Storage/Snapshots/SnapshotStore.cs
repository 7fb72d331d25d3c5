using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Storage.Files;

namespace Consensus.Storage.Snapshots;

/// <summary>
/// Snapshots as files of one folder. A snapshot has its name only once all of it is durable, so a file with such a name is complete or was
/// damaged later; what a crash leaves behind has another name, and is removed at the next opening.
/// </summary>
/// <remarks>Safe to use from any thread. One snapshot at a time is written; reading goes on meanwhile.</remarks>
public sealed class SnapshotStore : ISnapshotStore
{
    private readonly IFileSystem _files;
    private readonly string _directory;
    private readonly ClusterId _cluster;
    private readonly SnapshotCatalog _catalog;
    private readonly Lock _writing = new();
    private IncomingSnapshot? _incoming;
    private bool _isDisposed;

    private SnapshotStore(IFileSystem files, string directory, ClusterId cluster, SnapshotStoreOptions options)
    {
        _files = files;
        _directory = directory;
        _cluster = cluster;
        _catalog = new SnapshotCatalog(files, options);
    }

    /// <inheritdoc/>
    public SnapshotDescriptor? Latest => _catalog.Latest;

    /// <summary>The other complete snapshots, in their order.</summary>
    public IReadOnlyList<SnapshotDescriptor> Older => _catalog.Older;

    /// <summary>
    /// Snapshots newer than <see cref="Latest"/> that could not be read when the store was opened. Their files stay until the next
    /// snapshot is saved.
    /// </summary>
    public IReadOnlyList<DamagedSnapshot> Damaged { get; private set; } = [];

    /// <summary>Opens a folder, which is created if need be: removes what interrupted writes left, and finds the newest snapshot that is whole.</summary>
    /// <param name="files">Where the folder is.</param>
    /// <param name="directory">The folder; nobody else may use it.</param>
    /// <param name="cluster">Whose snapshots they must be.</param>
    /// <param name="options">What to keep.</param>
    /// <exception cref="ConsensusException">
    /// <see cref="ConsensusFailure.StorageForeign"/>: a snapshot belongs to another cluster or is of a newer version.
    /// <see cref="ConsensusFailure.StorageFailed"/>: the folder cannot be read or written.
    /// <see cref="ConsensusFailure.InvalidConfiguration"/>: an option is out of its range.
    /// </exception>
    public static SnapshotStore Open(IFileSystem files, string directory, ClusterId cluster, SnapshotStoreOptions options)
    {
        options.Validate();
        var store = new SnapshotStore(files, directory, cluster, options);
        try
        {
            store.Load();
            return store;
        }
        catch (Exception exception) when (IsDiskFailure(exception))
        {
            throw Failed($"The snapshot folder {directory} cannot be opened", exception);
        }
    }

    /// <inheritdoc/>
    public SnapshotDescriptor Save(SnapshotDescriptor draft, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(draft);
        ArgumentNullException.ThrowIfNull(write);
        lock (_writing)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);

            // After a restart, entries are applied again up to where a snapshot was taken before.
            return _catalog.FindSameState(draft) ?? WriteNew(draft, write);
        }
    }

    /// <inheritdoc/>
    public Stream Open(SnapshotDescriptor snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        var stored = _catalog.Hold(snapshot) ?? throw new ConsensusException(
            ConsensusFailure.StorageCorrupt,
            $"The snapshot at entry {snapshot.Position.Index} (term {snapshot.Position.Term}) is not in {_directory}; the newest one there is at entry {Latest?.Position.Index ?? LogIndex.Zero}.");
        IStorageFile? file = null;
        try
        {
            file = _files.Open(stored.Path);
            stored.Verify(file);
            return new SnapshotReadStream(file, stored.HeaderLength, snapshot.Length, () => _catalog.Release(stored));
        }
        catch (Exception exception)
        {
            file?.Dispose();
            _catalog.Release(stored);
            if (IsDiskFailure(exception))
            {
                throw new ConsensusException(ConsensusFailure.StorageCorrupt, $"The snapshot {stored.Path} cannot be read: {exception.Message}", exception);
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> ReadChunk(SnapshotDescriptor snapshot, long offset, int bytesMax)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        return _catalog.ReadPart(snapshot, offset, bytesMax);
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Prove(SnapshotDescriptor snapshot, long offset, int partSize)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        return _catalog.ProvePart(snapshot, offset, partSize);
    }

    /// <inheritdoc/>
    public void Keep(IReadOnlyList<SnapshotDescriptor> snapshots)
    {
        ArgumentNullException.ThrowIfNull(snapshots);
        _catalog.Keep(snapshots);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// What a peer sends cannot make the store throw: parts beyond the length, before the beginning, or of a length below zero are ignored.
    /// One exception to keeping what is stored: if the flush of the whole file finds the disk full, the file starts over, for nothing is
    /// known about its bytes then.
    /// </remarks>
    /// <exception cref="ConsensusException"><see cref="ConsensusFailure.StorageFailed"/>: the file cannot be written.</exception>
    public (long NextOffset, bool IsComplete) StoreChunk(SnapshotDescriptor snapshot, long offset, ReadOnlySpan<byte> data)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        lock (_writing)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_catalog.Contains(snapshot))
            {
                return (snapshot.Length, true);
            }

            try
            {
                return Receive(snapshot, offset, data);
            }
            catch (DiskFullException exception)
            {
                throw Full(snapshot, exception);
            }
            catch (Exception exception) when (IsDiskFailure(exception))
            {
                throw Failed($"A part of the snapshot at entry {snapshot.Position.Index} cannot be stored in {_directory}", exception);
            }
        }
    }

    /// <summary>Closes the files. Streams that are still open stay readable until they are closed.</summary>
    public void Dispose()
    {
        lock (_writing)
        {
            _isDisposed = true;
            _incoming?.Dispose();
            _incoming = null;
            _catalog.Dispose();
        }
    }

    private static bool IsDiskFailure(Exception exception) => exception is IOException or UnauthorizedAccessException;

    private static ConsensusException Failed(string what, Exception cause) =>
        new(ConsensusFailure.StorageFailed, $"{what}: {cause.Message}", cause);

    private string PathOf(string name) => Path.Join(_directory, name);

    private SnapshotSpaceException Full(SnapshotDescriptor snapshot, DiskFullException cause) =>
        new($"There is no space in {_directory} for the snapshot at entry {snapshot.Position.Index}: {cause.Message}", cause);

    private void Load()
    {
        _files.CreateDirectory(_directory);
        _files.Delete(PathOf(SnapshotFileName.Writing));
        _files.Delete(PathOf(SnapshotFileName.Receiving));

        // The newest one is read as a whole, an older one only if it is needed: those are for the case that the newest is damaged.
        var damaged = new List<DamagedSnapshot>();
        foreach (var name in _files.ListFiles(_directory).Reverse())
        {
            if (!SnapshotFileName.TryParse(name, out var index, out _))
            {
                continue;
            }

            var path = PathOf(name);
            try
            {
                _catalog.Register(Read(path, name, verify: Latest is null));
            }
            catch (Exception exception) when (IsDiskFailure(exception) || exception is ConsensusException { Reason: ConsensusFailure.StorageCorrupt })
            {
                _catalog.Doom(path);
                if (Latest is null)
                {
                    damaged.Add(new DamagedSnapshot(path, index, exception.Message));
                }
            }
        }

        Damaged = damaged;

        // A process that was killed between giving a snapshot its name and making that durable has left the second to this one.
        _files.FlushDirectory(_directory);
    }

    private StoredSnapshot Read(string path, string name, bool verify)
    {
        using var file = _files.Open(path);
        var (descriptor, headerLength) = SnapshotHeader.Read(file, _cluster);
        var position = descriptor.Position;
        if (!SnapshotFileName.TryParse(name, out var index, out var term) || position.Index != index || position.Term != term || index == LogIndex.Zero)
        {
            throw new ConsensusException(
                ConsensusFailure.StorageCorrupt, $"The snapshot {path} is damaged: it covers entry {position.Index} of term {position.Term}, which is not what its name says.");
        }

        var snapshot = new StoredSnapshot(path, descriptor, headerLength, isReceived: false);
        if (verify)
        {
            snapshot.Verify(file);
        }

        return snapshot;
    }

    private SnapshotDescriptor WriteNew(SnapshotDescriptor draft, Action<Stream> write)
    {
        var temporary = PathOf(SnapshotFileName.Writing);
        var isPublished = false;
        try
        {
            var (snapshot, header) = WriteTemporary(temporary, draft, write);
            Publish(temporary, snapshot, header, isReceived: false);
            isPublished = true;
            return snapshot;
        }
        catch (DiskFullException exception)
        {
            throw Full(draft, exception);
        }
        catch (Exception exception) when (IsDiskFailure(exception))
        {
            throw Failed($"The snapshot at entry {draft.Position.Index} cannot be written to {_directory}", exception);
        }
        finally
        {
            if (!isPublished)
            {
                GiveBackSpace(temporary);
            }
        }
    }

    private (SnapshotDescriptor Snapshot, byte[] Header) WriteTemporary(string path, SnapshotDescriptor draft, Action<Stream> write)
    {
        using var file = _files.Create(path);
        var written = WriteTo(file, draft, write);
        file.Flush();
        return written;
    }

    private void GiveBackSpace(string temporary)
    {
        try
        {
            _files.Delete(temporary);
        }
        catch (Exception exception) when (IsDiskFailure(exception))
        {
            throw Failed($"The incomplete snapshot {temporary} cannot be removed", exception);
        }
    }

    private (SnapshotDescriptor Snapshot, byte[] Header) WriteTo(IStorageFile file, SnapshotDescriptor draft, Action<Stream> write)
    {
        // The header's length does not depend on the length and the checksum, which are known only at the end.
        var headerLength = SnapshotHeader.Encode(_cluster, draft).Length;
        using var stream = new HashingWriteStream(file, headerLength);
        try
        {
            write(stream);
        }
        catch (Exception) when (stream.Failure is not null)
        {
            // What the state made of the failure does not matter: Complete throws the failure itself.
        }

        var (length, checksum) = stream.Complete();
        var snapshot = draft with { Length = length, Checksum = checksum };
        var header = SnapshotHeader.Encode(_cluster, snapshot);
        file.Write(0, header);
        return (snapshot, header);
    }

    private (long NextOffset, bool IsComplete) Receive(SnapshotDescriptor snapshot, long offset, ReadOnlySpan<byte> data)
    {
        if (_incoming is null || _incoming.Descriptor != snapshot)
        {
            if (offset != 0 || data.Length > snapshot.Length || snapshot.Position.Index == LogIndex.Zero)
            {
                return (0, false);
            }

            Discard();
            _incoming = IncomingSnapshot.Begin(_files, PathOf(SnapshotFileName.Receiving), _cluster, snapshot);
        }

        _incoming.Take(offset, data);
        if (!_incoming.HasAll)
        {
            return (_incoming.Stored, false);
        }

        if (!_incoming.HasRightChecksum)
        {
            Discard();
            return (0, false);
        }

        Complete(_incoming);
        return (snapshot.Length, true);
    }

    private void Complete(IncomingSnapshot incoming)
    {
        try
        {
            incoming.Close();
        }
        catch (Exception exception) when (IsDiskFailure(exception))
        {
            // A second flush could succeed without having written anything.
            Discard();
            throw;
        }

        Publish(PathOf(SnapshotFileName.Receiving), incoming.Descriptor, incoming.Header, isReceived: true);
        _incoming = null;
    }

    /// <summary>Gives a complete, durable file its name.</summary>
    private void Publish(string temporary, SnapshotDescriptor snapshot, byte[] header, bool isReceived)
    {
        var path = PathOf(SnapshotFileName.Format(snapshot.Position.Index, snapshot.Position.Term, Blake3.Hash(header)));
        _files.Rename(temporary, path);
        try
        {
            _files.FlushDirectory(_directory);
        }
        catch (Exception exception) when (IsDiskFailure(exception))
        {
            // The next process would see the name, take it for durable, and have the log compacted.
            _files.Delete(path);
            throw Failed($"It is not known whether the name of the snapshot {path} is on the disk; it is removed", exception);
        }

        _catalog.Add(new StoredSnapshot(path, snapshot, header.Length, isReceived));
    }

    private void Discard()
    {
        _incoming?.Dispose();
        _incoming = null;
        _files.Delete(PathOf(SnapshotFileName.Receiving));
    }
}
