using Consensus.Engine;
using Consensus.Simulation.Nodes;

namespace Consensus.Simulation.Observation;

/// <summary>What is known about the nodes of a run from outside, for whoever places faults or checks properties. Never what a node believes of itself alone.</summary>
internal sealed class Observatory
{
    private readonly SortedDictionary<NodeId, DurableLog> _logs = [];
    private readonly SortedDictionary<NodeId, CoreStatus> _statuses = [];
    private readonly SortedDictionary<ulong, EntryMark> _committed = [];
    private readonly ConfigurationHistory _configurations = new();

    /// <summary>What is on a node's disk for certain.</summary>
    public DurableLog LogOf(NodeId node)
    {
        if (!_logs.TryGetValue(node, out var log))
        {
            log = new DurableLog();
            _logs.Add(node, log);
        }

        return log;
    }

    /// <summary>What a node's core last was, in this life or an earlier one.</summary>
    public CoreStatus? StatusOf(NodeId node) => _statuses.TryGetValue(node, out var status) ? status : null;

    /// <summary>The last entry that any node has applied.</summary>
    public LogIndex LastCommitted { get; private set; }

    /// <summary>An entry that was applied somewhere, and so committed. Only commands are seen.</summary>
    public EntryMark? CommittedAt(LogIndex index) => _committed.TryGetValue(index.Value, out var mark) ? mark : null;

    /// <summary>The last configuration that was committed.</summary>
    public ClusterMembership Configuration => _configurations.Committed;

    /// <summary>The committed configuration, and those after it that some node, up or down, has in its log.</summary>
    public IEnumerable<ClusterMembership> ConfigurationsInUse => _configurations.InUse;

    public void OnStarted(SimulatedNode node, RecoveredState recovered)
    {
        LogOf(node.Id).Reset(recovered);
        _configurations.OnStarted(node.Id, recovered);
    }

    public void OnTurn(SimulatedNode node, in CoreStatus status)
    {
        _statuses[node.Id] = status;
        _configurations.OnTurn(node.Id, status);
    }

    public void OnStaged(SimulatedNode node, in LogRecord record)
    {
        LogOf(node.Id).Stage(record);
        _configurations.OnStaged(node.Id, record);
    }

    public void OnDurable(SimulatedNode node, Lsn lsn) => LogOf(node.Id).Flush(lsn);

    public void OnApplied(in LogEntry entry)
    {
        _committed.TryAdd(entry.Index.Value, EntryMark.Of(entry));
        LastCommitted = LogIndex.Max(LastCommitted, entry.Index);
    }

    /// <summary>The node never comes back: its configuration and its disk count no more.</summary>
    public void OnRetired(SimulatedNode node)
    {
        _statuses.Remove(node.Id);
        _configurations.OnRetired(node.Id);
        LogOf(node.Id).Clear();
    }
}
