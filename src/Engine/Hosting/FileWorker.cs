namespace Consensus.Engine;

/// <summary>Reads and writes snapshots, and keeps evidence, on a lane of its own.</summary>
internal sealed class FileWorker : IDisposable
{
    private readonly ISnapshotStore _store;
    private readonly IEvidenceStore? _evidence;
    private readonly Action<InboxItem> _tellLoop;
    private readonly Action<SnapshotEnd> _onSnapshotEnded;
    private readonly StatusBoard _status;
    private readonly ReplicaEvents _events;
    private readonly Worker<FileWork> _worker;

    public FileWorker(ReplicaSetup setup, Action<InboxItem> tellLoop, Action<SnapshotEnd> onSnapshotEnded, StatusBoard status, ReplicaEvents events, Action<Exception> onFailure)
    {
        _store = setup.Snapshots;
        _evidence = setup.Evidence;
        _tellLoop = tellLoop;
        _onSnapshotEnded = onSnapshotEnded;
        _status = status;
        _events = events;
        _worker = new Worker<FileWork>(setup, LaneKind.Files, Handle, work => work.State?.Dispose(), onFailure);
    }

    /// <summary>How much work waits.</summary>
    public int Waiting => _worker.Waiting;

    public void Start() => _worker.Start();

    public void Post(FileWork work) => _worker.Post(work);

    public void Dispose() => _worker.Dispose();

    private void Handle(FileWork work)
    {
        switch (work.Request)
        {
            case ReadSnapshotChunk read:
                _tellLoop(new InboxItem(Read(read)));
                break;
            case KeepSnapshots keep:
                _store.Keep(keep.Snapshots);
                break;
            case StoreSnapshotChunk store:
                _tellLoop(new InboxItem(Store(store)));
                break;
            case SuspendSnapshots:
                _tellLoop(new InboxItem(new SnapshotsSuspended()));
                break;
            case null when work.Evidence is { } evidence:
                _evidence?.Save(evidence);
                break;
            case null:
                Save(work.Draft!, work.State!);
                break;
        }
    }

    private SnapshotChunkRead Read(ReadSnapshotChunk read)
    {
        try
        {
            var data = _store.ReadChunk(read.Snapshot, read.Offset, read.BytesMax);
            var proof = read.WithProof && !data.IsEmpty ? _store.Prove(read.Snapshot, read.Offset, read.BytesMax) : default;
            return new SnapshotChunkRead(read.For, read.Snapshot, read.Offset, data, proof);
        }
        catch (SnapshotDamagedException exception)
        {
            // For the core it is gone like one that was replaced: it sends another, or has one taken. The state itself is in order.
            _events.Publish(new SnapshotUnreadable(read.Snapshot.Position.Index, exception.Message));
            return new SnapshotChunkRead(read.For, read.Snapshot, read.Offset, default);
        }
    }

    private SnapshotChunkStored Store(StoreSnapshotChunk store)
    {
        try
        {
            var (nextOffset, isComplete) = _store.StoreChunk(store.Snapshot, store.Offset, store.Data.Span);
            return new SnapshotChunkStored(store.From, store.Snapshot, nextOffset, isComplete);
        }
        catch (SnapshotSpaceException exception)
        {
            _events.Publish(new SnapshotPostponed(exception.Message));
            return new SnapshotChunkStored(store.From, store.Snapshot, store.Offset, IsComplete: false);
        }
    }

    private void Save(SnapshotDescriptor draft, IStateSnapshot state)
    {
        SnapshotDescriptor? saved = null;
        IStateSnapshot? unsaved = null;
        try
        {
            saved = _store.Save(draft, state.WriteTo);
            _status.PublishSnapshot(saved.Position.Index);
            _tellLoop(new InboxItem(new SnapshotSaved(saved)));
            _events.Publish(new SnapshotTaken(saved.Position.Index, saved.Length));
        }
        catch (SnapshotSpaceException exception)
        {
            // The log stays longer instead.
            unsaved = state;
            _tellLoop(new InboxItem(SnapshotNotSaved.Instance));
            _events.Publish(new SnapshotPostponed(exception.Message));
        }
        finally
        {
            if (unsaved is null)
            {
                state.Dispose();
            }

            _onSnapshotEnded(new SnapshotEnd(saved, unsaved));
        }
    }
}
