using Consensus.Engine;

namespace Consensus.Raft.Tests.Cluster;

/// <summary>A write-ahead log in memory whose batches reach the disk when the test says so.</summary>
internal sealed class TestLog(TestDisk disk) : IWriteAheadLog
{
    private List<LogRecord> _open = [];

    public Lsn LastStaged { get; private set; } = disk.LastLsn;

    public bool AcceptsWrites => disk.HasSpace;

    public void Stage(in LogRecord record)
    {
        Assert.That(record.Lsn, Is.EqualTo(LastStaged.Next), "records follow each other");
        LastStaged = record.Lsn;
        _open.Add(record with
        {
            Entry = record.Entry with { Payload = record.Entry.Payload.ToArray() },
            Value = record.Value.ToArray(),
        });
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

    public void Persist(ILogBatch batch) => disk.Write(((Batch)batch).Records);

    /// <summary>A crash while the batch was being written: a part of it is on disk.</summary>
    public void PersistPart(ILogBatch batch, int records) => disk.Write(((Batch)batch).Records.Take(records));

    public void TryReclaimSpace()
    {
    }

    public bool Compact(LogIndex index)
    {
        disk.Compact(index);
        return false;
    }

    public IReadOnlyList<LogEntry> Read(LogIndex first, LogIndex last, int bytesMax) =>
        [.. disk.Recover().Entries.Where(entry => entry.Index >= first && entry.Index <= last)];

    public void Dispose()
    {
    }

    internal sealed class Batch(List<LogRecord> records) : ILogBatch
    {
        public IReadOnlyList<LogRecord> Records => records;

        public Lsn LastLsn => records[^1].Lsn;

        public int Length => records.Count;
    }
}
