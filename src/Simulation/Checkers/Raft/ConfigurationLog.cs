using Consensus.Engine;

namespace Consensus.Simulation.Checkers.Raft;

/// <summary>The configurations in one node's log, as what the node writes says: not as its core remembers.</summary>
internal sealed class ConfigurationLog
{
    private readonly List<(LogIndex Index, ClusterMembership Membership)> _configurations = [];

    /// <summary>The last configuration, and its entry.</summary>
    public (LogIndex Index, ClusterMembership Membership) Last => _configurations[^1];

    /// <summary>The node starts from what it found.</summary>
    public void Start(RecoveredState recovered)
    {
        Reset(recovered.Snapshot?.Position.Index ?? LogIndex.Zero, recovered.Snapshot?.Membership ?? recovered.Bootstrap);
        foreach (var entry in recovered.Entries.Where(entry => entry.Index > Last.Index))
        {
            Append(entry);
        }
    }

    /// <summary>The log begins anew behind a snapshot.</summary>
    public void Reset(LogIndex index, ClusterMembership membership)
    {
        _configurations.Clear();
        _configurations.Add((index, membership));
    }

    /// <summary>A record is written.</summary>
    /// <param name="record">The record.</param>
    /// <param name="installed">The snapshot that is installed in the same turn.</param>
    public void Take(in LogRecord record, SnapshotDescriptor? installed)
    {
        switch (record.Kind)
        {
            case LogRecordKind.Entry:
                Append(record.Entry);
                break;
            case LogRecordKind.Truncate:
                var first = record.Entry.Index;
                _configurations.RemoveAll(configuration => configuration.Index >= first);
                break;
            case LogRecordKind.Base:
                Reset(record.Entry.Index, installed!.Membership);
                break;
            case LogRecordKind.Slot:
                break;
        }
    }

    private void Append(in LogEntry entry)
    {
        if (entry.Kind == EntryKind.Membership)
        {
            _configurations.Add((entry.Index, MembershipCodec.Decode(entry.Payload.Span)));
        }
    }
}
