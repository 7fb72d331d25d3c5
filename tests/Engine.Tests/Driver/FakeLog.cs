namespace Consensus.Engine.Tests.Driver;

/// <summary>A log in memory whose flushes the test completes.</summary>
internal sealed class FakeLog(ulong lastLsn = 0) : IWriteAheadLog
{
    private List<LogRecord> _open = [];

    public List<LogRecord> Staged { get; } = [];

    public List<LogRecord> Persisted { get; } = [];

    public Lsn LastStaged { get; set; } = new(lastLsn);

    public bool AcceptsWrites { get; set; } = true;

    /// <summary>Whether records are taken without being counted, as a faulty log would.</summary>
    public bool Loses { get; init; }

    public void Stage(in LogRecord record)
    {
        Staged.Add(record);
        _open.Add(record);
        LastStaged = Loses ? LastStaged : record.Lsn;
    }

    public ILogBatch? TakeBatch()
    {
        if (_open.Count == 0)
        {
            return null;
        }

        var batch = new Batch(_open);
        _open = [];
        return batch;
    }

    public void Persist(ILogBatch batch) => Persisted.AddRange(((Batch)batch).Records);

    public void TryReclaimSpace()
    {
    }

    public bool Compact(LogIndex index) => false;

    public void Dispose()
    {
    }

    internal sealed record Batch(List<LogRecord> Records) : ILogBatch
    {
        public Lsn LastLsn => Records[^1].Lsn;

        public int Length => Records.Count;
    }
}
