using Consensus.Engine;

namespace Consensus.Storage.Log;

/// <summary>The loop's side of the log: fills a batch while another is being written.</summary>
internal sealed class LogStage
{
    private readonly BatchPool _pool;
    private LogBatch _open;
    private LogTail _tail;

    public LogStage(BatchPool pool, RecoveredLog recovered)
    {
        _pool = pool;
        _open = pool.Rent();
        _tail = recovered.Entries is [.., var last]
            ? new LogTail(new LogPosition(last.Index, last.Term, last.Chain), IsKnown: true)
            : new LogTail(recovered.Base, IsKnown: true);
        LastStaged = recovered.LastLsn;
    }

    public Lsn LastStaged { get; private set; }

    public void Add(in LogRecord record)
    {
        if (record.Lsn != LastStaged.Next)
        {
            throw Violation($"Record {record.Lsn} was staged after {LastStaged}; {LastStaged.Next} must follow.");
        }

        if (record.Kind == LogRecordKind.Entry && record.Entry.Index != _tail.Index.Next)
        {
            throw Violation($"Entry {record.Entry.Index} was staged, but the log ends at {_tail.Index}.");
        }

        if (record.Kind == LogRecordKind.Truncate && (record.Entry.Index == LogIndex.Zero || record.Entry.Index > _tail.Index.Next))
        {
            throw Violation($"A truncation from {record.Entry.Index} on was staged, but the log ends at {_tail.Index}.");
        }

        _open.Add(record);
        _tail = _tail.After(record);
        LastStaged = record.Lsn;
    }

    public LogBatch? Take()
    {
        if (_open.Count == 0)
        {
            return null;
        }

        var batch = _open;
        batch.Tail = _tail;
        _open = _pool.Rent();
        return batch;
    }

    private static ConsensusException Violation(string message) => new(ConsensusFailure.InvariantViolated, message);
}
