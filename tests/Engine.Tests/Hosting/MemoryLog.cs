namespace Consensus.Engine.Tests.Hosting;

/// <summary>A log that keeps nothing, and fails when the test says so.</summary>
internal sealed class MemoryLog : IWriteAheadLog
{
    private readonly Batch[] _batches = [new(), new()];
    private Lsn _taken;
    private int _next;
    private volatile bool _acceptsWrites = true;

    /// <summary>Called on the log's thread instead of the writing.</summary>
    public Action? OnPersist { get; set; }

    public Action<MemoryLog>? OnReclaim { get; set; }

    /// <summary>Says whether there is more to delete.</summary>
    public Func<bool>? OnCompact { get; set; }

    public bool IsDisposed { get; private set; }

    public Lsn LastStaged { get; private set; }

    public bool AcceptsWrites
    {
        get => _acceptsWrites;
        set => _acceptsWrites = value;
    }

    public void Stage(in LogRecord record) => LastStaged = record.Lsn;

    public ILogBatch? TakeBatch()
    {
        if (_taken == LastStaged)
        {
            return null;
        }

        _taken = LastStaged;
        var batch = _batches[_next ^= 1];
        batch.LastLsn = _taken;
        return batch;
    }

    public void Persist(ILogBatch batch) => OnPersist?.Invoke();

    public void TryReclaimSpace() => OnReclaim?.Invoke(this);

    public bool Compact(LogIndex index) => OnCompact?.Invoke() ?? false;

    public void Dispose() => IsDisposed = true;

    private sealed class Batch : ILogBatch
    {
        public Lsn LastLsn { get; set; }

        public int Length => 0;
    }
}
