using Consensus.Engine;
using Consensus.Storage.Files;

namespace Consensus.Storage.Snapshots;

/// <summary>
/// The complete snapshots of a folder in the order of their positions: who reads which, and which may be deleted. Safe to use from any
/// thread.
/// </summary>
internal sealed class SnapshotCatalog(IFileSystem files, SnapshotStoreOptions options) : IDisposable
{
    // Bounds open files, and what transfers that were broken off can keep on disk.
    private const int SendingMax = 4;

    private readonly Lock _gate = new();
    private readonly List<StoredSnapshot> _stored = [];
    private readonly List<string> _doomed = [];
    private IReadOnlyList<SnapshotDescriptor> _kept = [];

    // Before anybody has said what is to be kept, whoever has read the newest must not cost the others their place: perhaps one of them alone serves those that are behind.
    private bool _mayPrune;
    private LogIndex _installedUpTo;
    private volatile SnapshotDescriptor? _latest;
    private bool _isDisposed;

    public SnapshotDescriptor? Latest => _latest;

    /// <summary>All but <see cref="Latest"/>, in their order.</summary>
    public IReadOnlyList<SnapshotDescriptor> Older
    {
        get
        {
            lock (_gate)
            {
                return [.. _stored.SkipLast(1).Select(static stored => stored.Descriptor)];
            }
        }
    }

    /// <summary>Whether a complete snapshot is stored that is the same in everything.</summary>
    public bool Contains(SnapshotDescriptor snapshot)
    {
        lock (_gate)
        {
            return Find(snapshot) is not null;
        }
    }

    /// <summary>Finds a snapshot that covers the same log, and has the same state, as <paramref name="draft"/>.</summary>
    public SnapshotDescriptor? FindSameState(SnapshotDescriptor draft)
    {
        lock (_gate)
        {
            return _stored.FindLast(stored => stored.Descriptor with { Length = draft.Length, Checksum = draft.Checksum } == draft)?.Descriptor;
        }
    }

    /// <summary>Takes in a snapshot; for those found at opening.</summary>
    public void Register(StoredSnapshot snapshot)
    {
        lock (_gate)
        {
            Insert(snapshot);
        }
    }

    /// <summary>Takes in a new durable snapshot, and deletes what need not be kept any longer.</summary>
    public void Add(StoredSnapshot snapshot)
    {
        lock (_gate)
        {
            Insert(snapshot);
            if (!snapshot.IsReceived)
            {
                NoteInstalled(snapshot.Index);
            }

            _mayPrune = true;
            Prune();
        }
    }

    /// <summary>Deletes a file as soon as the next snapshot is there; until then it stays as evidence.</summary>
    public void Doom(string path)
    {
        lock (_gate)
        {
            _doomed.Add(path);
        }
    }

    /// <summary>Keeps a snapshot on disk until <see cref="Release"/>.</summary>
    /// <returns>The snapshot, or <see langword="null"/> if it is not stored (any more).</returns>
    public StoredSnapshot? Hold(SnapshotDescriptor descriptor)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            var snapshot = Find(descriptor);
            if (snapshot is not null)
            {
                snapshot.Readers++;
                NoteInstalled(snapshot.Index);
            }

            return snapshot;
        }
    }

    public void Release(StoredSnapshot snapshot)
    {
        lock (_gate)
        {
            snapshot.Readers--;
            if (!_isDisposed && _mayPrune)
            {
                Prune();
            }
        }
    }

    /// <summary>Reads a part of a snapshot that is sent to a peer.</summary>
    /// <returns>The part; empty if the snapshot is not stored (any more).</returns>
    /// <exception cref="SnapshotDamagedException">The file is damaged or cannot be read. It is not stored any more as far as anybody is concerned.</exception>
    public ReadOnlyMemory<byte> ReadPart(SnapshotDescriptor descriptor, long offset, int bytesMax)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (Find(descriptor) is not { } snapshot || offset < 0 || offset >= descriptor.Length || bytesMax <= 0)
            {
                return default;
            }

            return Reading(snapshot, () => ReadPart(snapshot, offset, (int)Math.Min(bytesMax, descriptor.Length - offset)));
        }
    }

    /// <summary>Proves that what lies at a place of a snapshot is a part of it.</summary>
    /// <returns>The proof; empty if one part is all, or the snapshot is not stored (any more).</returns>
    /// <exception cref="SnapshotDamagedException">The file is damaged or cannot be read. It is not stored any more as far as anybody is concerned.</exception>
    public ReadOnlyMemory<byte> ProvePart(SnapshotDescriptor descriptor, long offset, int partSize)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (Find(descriptor) is not { } snapshot || offset < 0 || offset >= descriptor.Length || offset % partSize != 0)
            {
                return default;
            }

            return Reading(snapshot, () => snapshot.Outline(OpenForSending(snapshot), partSize).Prove((int)(offset / partSize)));
        }
    }

    /// <summary>Keeps snapshots, however many newer ones come, until others are to be kept.</summary>
    public void Keep(IReadOnlyList<SnapshotDescriptor> descriptors)
    {
        lock (_gate)
        {
            _kept = descriptors;
            _mayPrune = true;
            if (!_isDisposed)
            {
                Prune();
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _stored.ForEach(StopSending);
        }
    }

    private ReadOnlyMemory<byte> Reading(StoredSnapshot snapshot, Func<ReadOnlyMemory<byte>> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ConsensusException { Reason: ConsensusFailure.StorageCorrupt })
        {
            // Sending it goes nowhere, and the replica itself needs it at its next start at the earliest: by then there is another.
            Remove(snapshot);
            throw new SnapshotDamagedException($"The snapshot {snapshot.Path} cannot be sent, and is used no longer: {exception.Message}", exception);
        }
    }

    private ReadOnlyMemory<byte> ReadPart(StoredSnapshot snapshot, long offset, int length)
    {
        var file = OpenForSending(snapshot);
        if (offset == 0 && snapshot.IsSuspect)
        {
            // A peer that begins again may have found damage. Without another look, it would be sent the same bytes for ever, and the
            // transfer would keep the file from being replaced.
            snapshot.Verify(file);
            snapshot.IsSuspect = false;
        }

        var part = new byte[length];
        if (file.Read(snapshot.HeaderLength + offset, part) != length)
        {
            throw new EndOfStreamException($"{snapshot.Path}: the file ends before byte {snapshot.HeaderLength + offset + length}.");
        }

        snapshot.IsSuspect |= offset + length == snapshot.Descriptor.Length;
        return part;
    }

    private StoredSnapshot? Find(SnapshotDescriptor descriptor) => _stored.FindLast(snapshot => snapshot.Descriptor == descriptor);

    private void Insert(StoredSnapshot snapshot)
    {
        var position = snapshot.Descriptor.Position;
        var place = _stored.FindLastIndex(
            other => (other.Index, other.Descriptor.Position.Term).CompareTo((position.Index, position.Term)) <= 0);
        _stored.Insert(place + 1, snapshot);
        _doomed.Remove(snapshot.Path);
        _latest = _stored[^1].Descriptor;
    }

    private void Remove(StoredSnapshot snapshot)
    {
        StopSending(snapshot);
        _stored.Remove(snapshot);
        _doomed.Add(snapshot.Path);
        _latest = _stored.Count == 0 ? null : _stored[^1].Descriptor;
    }

    /// <summary>The state has got to <paramref name="index"/>, or is on its way there: no older snapshot waits for its installation.</summary>
    private void NoteInstalled(LogIndex index) => _installedUpTo = LogIndex.Max(_installedUpTo, index);

    private void Prune()
    {
        for (var i = _stored.Count - options.Retained - 1; i >= 0; i--)
        {
            var snapshot = _stored[i];
            var awaitsInstallation = snapshot.IsReceived && snapshot.Index > _installedUpTo;
            if (snapshot.Readers == 0 && !awaitsInstallation && !IsBeingSent(snapshot) && !_kept.Contains(snapshot.Descriptor))
            {
                Remove(snapshot);
            }
        }

        _doomed.RemoveAll(TryDelete);
    }

    private bool TryDelete(string path)
    {
        try
        {
            files.Delete(path);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Perhaps another program reads it. It does no harm but takes space: the next time is early enough.
            return false;
        }
    }

    private bool IsBeingSent(StoredSnapshot snapshot) =>
        snapshot.Sending is not null && options.Time.GetElapsedTime(snapshot.SentAt) <= options.TransferPauseMax;

    private IStorageFile OpenForSending(StoredSnapshot snapshot)
    {
        if (snapshot.Sending is null)
        {
            var sending = _stored.FindAll(other => other.Sending is not null);
            if (sending.Count >= SendingMax)
            {
                StopSending(sending.MinBy(other => other.SentAt)!);
            }

            snapshot.Sending = files.Open(snapshot.Path);
        }

        snapshot.SentAt = options.Time.GetTimestamp();
        return snapshot.Sending;
    }

    private static void StopSending(StoredSnapshot snapshot)
    {
        snapshot.Sending?.Dispose();
        snapshot.Sending = null;
    }
}
