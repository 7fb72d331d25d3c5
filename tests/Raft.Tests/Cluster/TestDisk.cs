using System.Collections.Immutable;
using System.Text;
using Consensus.Engine;

namespace Consensus.Raft.Tests.Cluster;

/// <summary>What survives a crash of a replica: the records of its log in order, and its snapshots.</summary>
internal sealed class TestDisk(ClusterMembership bootstrap)
{
    private readonly List<LogRecord> _records = [];
    private LogIndex _compactedTo;

    public TestSnapshotStore Snapshots { get; } = new();

    /// <summary>Whether entries fit.</summary>
    public bool HasSpace { get; set; } = true;

    public Lsn LastLsn => _records.Count == 0 ? Lsn.Zero : _records[^1].Lsn;

    /// <summary>A disk with one command for each of these terms, and the last of them as the term that was saved.</summary>
    public static TestDisk WithHistory(ClusterMembership bootstrap, IReadOnlyList<Term> terms)
    {
        var disk = new TestDisk(bootstrap);
        var chain = new EntryChain();
        var last = LogPosition.Origin;
        disk.Add(LogRecordKind.Slot, default, HardState.Slot, new HardState(terms[^1], NodeId.None).ToBytes());
        foreach (var term in terms)
        {
            var index = last.Index.Next;
            var payload = Encoding.UTF8.GetBytes($"c{index}.{term}");
            last = new LogPosition(index, term, chain.Next(last.Chain, index, term, EntryKind.Command, default, payload));
            disk.Add(LogRecordKind.Entry, new LogEntry(index, term, EntryKind.Command, default, payload, last.Chain), 0, default);
        }

        return disk;
    }

    public void Write(IEnumerable<LogRecord> records) => _records.AddRange(records);

    public void Compact(LogIndex index) => _compactedTo = LogIndex.Max(_compactedTo, index);

    /// <summary>Reads the log as the recovery of a real one does.</summary>
    public RecoveredState Recover()
    {
        var start = LogPosition.Origin;
        var entries = new List<LogEntry>();
        var slots = ImmutableSortedDictionary<ulong, ReadOnlyMemory<byte>>.Empty;
        foreach (var record in _records)
        {
            switch (record.Kind)
            {
                case LogRecordKind.Entry:
                    Assert.That(record.Entry.Index, Is.EqualTo(start.Index + (ulong)entries.Count + 1), "entries follow each other on disk");
                    entries.Add(record.Entry);
                    break;
                case LogRecordKind.Truncate:
                    var keep = (int)(record.Entry.Index - start.Index) - 1;
                    entries.RemoveRange(keep, entries.Count - keep);
                    break;
                case LogRecordKind.Slot:
                    slots = slots.SetItem(record.Slot, record.Value);
                    break;
                case LogRecordKind.Base:
                    start = new LogPosition(record.Entry.Index, record.Entry.Term, record.Entry.Chain);
                    entries.Clear();
                    break;
            }
        }

        // A snapshot becomes the latest before the log's new beginning is on disk: a crash in between is settled in favour of the snapshot.
        var snapshot = Snapshots.Latest;
        if (snapshot is not null && snapshot.Position.Index > start.Index && Find(snapshot.Position.Index) is not { } covered)
        {
            Rebase(snapshot.Position);
        }
        else if (snapshot is not null && snapshot.Position.Index > start.Index && Find(snapshot.Position.Index)!.Value.Chain != snapshot.Position.Chain)
        {
            Rebase(snapshot.Position);
        }

        while (entries.Count > 0 && entries[0].Index <= _compactedTo && entries[0].Index < (snapshot?.Position.Index ?? LogIndex.Zero).Next)
        {
            start = new LogPosition(entries[0].Index, entries[0].Term, entries[0].Chain);
            entries.RemoveAt(0);
        }

        return new RecoveredState
        {
            Snapshot = snapshot,
            Base = start,
            Entries = entries,
            Slots = slots,
            LastLsn = LastLsn,
            Bootstrap = bootstrap,
            AcceptsWrites = HasSpace,
        };

        LogEntry? Find(LogIndex index)
        {
            var offset = (int)(index.Value - start.Index.Value) - 1;
            return offset < entries.Count ? entries[offset] : null;
        }

        void Rebase(LogPosition position)
        {
            var entry = new LogEntry(position.Index, position.Term, EntryKind.NoOp, default, default, position.Chain);
            Add(LogRecordKind.Base, entry, 0, default);
            start = position;
            entries.Clear();
        }
    }

    private void Add(LogRecordKind kind, LogEntry entry, ulong slot, ReadOnlyMemory<byte> value) =>
        _records.Add(new LogRecord(kind, LastLsn.Next, entry, slot, value));
}
