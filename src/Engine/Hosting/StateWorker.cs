using System.Buffers;

namespace Consensus.Engine;

/// <summary>Applies, on a lane of its own: a slow state machine delays its callers, not the protocol.</summary>
internal sealed class StateWorker : IApplierHost, IDisposable
{
    private readonly Applier _applier;
    private readonly CommandResults _results;
    private readonly Action<InboxItem> _tellLoop;
    private readonly Action<FileWork> _toFiles;
    private readonly StatusBoard _status;
    private readonly ReplicaMetrics _metrics;
    private readonly Worker<StateWork> _worker;
    private readonly Func<Exception> _whyStopped;

    public StateWorker(ReplicaSetup setup, CommandResults results, Action<InboxItem> tellLoop, Action<FileWork> toFiles, StatusBoard status, ReplicaMetrics metrics, Action<Exception> onFailure, Func<Exception> whyStopped)
    {
        _results = results;
        _tellLoop = tellLoop;
        _toFiles = toFiles;
        _status = status;
        _metrics = metrics;
        _whyStopped = whyStopped;
        _applier = new Applier(setup.State, setup.Snapshots, this, setup.Options.Snapshots, setup.Engine.MarksCheckpoints, setup.Epoch, setup.Recovered);
        _status.PublishApplied(_applier.Applied);
        _status.PublishSnapshot(_applier.Applied);
        _worker = new Worker<StateWork>(setup, LaneKind.State, Handle, TurnAway, onFailure);
    }

    /// <summary>How much work waits.</summary>
    public int Waiting => _worker.Waiting;

    /// <summary>How many readers are kept for entries that are yet to be applied. State lane only.</summary>
    public int Readers => _applier.Readers;

    public void Start() => _worker.Start();

    public void Post(in StateWork work) => _worker.Post(work);

    /// <summary>Applies what was handed over before, ends the lane, and tells those who still wait that the replica has stopped.</summary>
    public void Dispose()
    {
        _worker.Dispose();
        _applier.Abandon(_whyStopped());
    }

    void IApplierHost.OnCommandApplied(in LogEntry entry, in AppliedCommand command) => _results.OnCommandApplied(entry.Payload.Span, command);

    void IApplierHost.OnApplied(LogIndex index) => _status.PublishApplied(index);

    void IApplierHost.OnInstalled(SnapshotDescriptor snapshot)
    {
        _status.PublishApplied(snapshot.Position.Index);
        _status.PublishSnapshot(snapshot.Position.Index);
        _tellLoop(new InboxItem(new SnapshotRestored(snapshot)));
    }

    void IApplierHost.OnStateHashed(LogIndex index, Digest hash) => _tellLoop(new InboxItem(new StateHashed(index, hash)));

    void IApplierHost.SaveSnapshot(SnapshotDescriptor draft, IStateSnapshot state) => _toFiles(new FileWork(null, draft, state));

    private void TurnAway(StateWork work)
    {
        work.Ended?.Unsaved?.Dispose();
        foreach (var reader in work.Readers ?? [])
        {
            reader.OnAbandoned(_whyStopped());
        }
    }

    private void Handle(StateWork work)
    {
        if (work.Entries is { } entries)
        {
            _applier.Apply(entries.AsSpan(0, work.Count));
            _metrics.OnApplied(work.Count);
            ArrayPool<LogEntry>.Shared.Return(entries, clearArray: true);
        }
        else if (work.Install is { } snapshot)
        {
            _applier.Install(snapshot);
        }
        else if (work.Readers is { } readers)
        {
            foreach (var reader in readers)
            {
                _applier.Read(reader, work.Index);
            }
        }
        else if (work.Ended is { } ended)
        {
            _applier.OnSnapshotEnded(ended.Saved, ended.Unsaved);
        }
        else if (work.Request is TakeSnapshot take)
        {
            _applier.TakeSnapshot(take.Anywhere);
        }
        else if (work.Request is HashState)
        {
            _applier.TellHash();
        }
        else if (work.Request is SuspendSnapshots suspend)
        {
            // Answered behind the snapshots that are still to be saved.
            _applier.SuspendSnapshots();
            _toFiles(new FileWork(suspend));
        }
    }
}
