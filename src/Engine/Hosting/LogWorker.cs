namespace Consensus.Engine;

/// <summary>
/// Writes the log, on a lane of its own. A batch for which a full disk has no space waits, and is written when there is some: until then
/// nothing in it is durable, so no promise that rests on it has left.
/// </summary>
internal sealed class LogWorker : IDisposable
{
    private readonly IWriteAheadLog _log;
    private readonly Action<object> _tellLoop;
    private readonly Worker<LogWork> _worker;
    private ILogBatch? _waiting;

    public LogWorker(ReplicaSetup setup, Action<object> tellLoop, Action<Exception> onFailure)
    {
        _log = setup.Log;
        _tellLoop = tellLoop;
        _worker = new Worker<LogWork>(setup, LaneKind.Log, Handle, static _ => { }, onFailure);
    }

    /// <summary>How much work waits.</summary>
    public int Waiting => _worker.Waiting;

    public void Start() => _worker.Start();

    public void Post(in LogWork work) => _worker.Post(work);

    public void Dispose() => _worker.Dispose();

    private void Handle(LogWork work)
    {
        if (work.Batch is { } batch)
        {
            Persist(batch);
            return;
        }

        if (work.CompactUpTo > LogIndex.Zero)
        {
            if (_log.Compact(work.CompactUpTo))
            {
                // Behind the batches that have come meanwhile.
                _worker.Post(work);
            }
        }
        else
        {
            _log.TryReclaimSpace();
        }

        if (_waiting is { } waiting)
        {
            Persist(waiting);
        }

        // Also if there is none: who looks at it is the loop.
        _tellLoop(SpaceLookedFor.Instance);
    }

    private void Persist(ILogBatch batch)
    {
        // The log takes the batch back when it is on disk, and uses it again.
        var lsn = batch.LastLsn;
        try
        {
            _log.Persist(batch);
        }
        catch (LogSpaceException)
        {
            // The log refuses writes from here on, and the loop has it look for space again and again. One batch is under way at a time.
            _waiting = batch;
            return;
        }

        _waiting = null;
        _tellLoop(new LogDurable(lsn));
    }
}
