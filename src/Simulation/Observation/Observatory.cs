using System.Runtime.CompilerServices;
using Consensus.Engine;
using Consensus.Simulation.Nodes;

namespace Consensus.Simulation.Observation;

/// <summary>What is known about the nodes of a run from outside, for whoever places faults or checks properties. Never what a node believes of itself alone.</summary>
internal sealed class Observatory
{
    private readonly NodeTable<DurableLog> _logs = new();
    private readonly NodeTable<LogContent> _views = new();
    private readonly NodeTable<StrongBox<CoreStatus>> _statuses = new();
    private readonly HashSet<NodeId> _byzantine = [];
    private readonly ConfigurationHistory _configurations = new();

    /// <summary>What is on a node's disk for certain.</summary>
    public DurableLog LogOf(NodeId node) => _logs[node] ??= new DurableLog();

    /// <summary>A node's log as its core sees it: what is not on disk yet included. It keeps what the core may have compacted away.</summary>
    public LogContent ViewOf(NodeId node) => _views[node] ??= new LogContent();

    /// <summary>What a node's core last was, in this life or an earlier one.</summary>
    public CoreStatus? StatusOf(NodeId node) => _statuses[node]?.Value;

    /// <summary>What the group has committed and applied.</summary>
    public GroupHistory History { get; } = new();

    /// <summary>The last entry that any core has counted as committed.</summary>
    public LogIndex LastCommitted => History.LastCommitted;

    /// <summary>The last configuration that was committed.</summary>
    public ClusterMembership Configuration => _configurations.Committed;

    /// <summary>The committed configuration, and those after it that some node, up or down, has in its log.</summary>
    public IEnumerable<ClusterMembership> ConfigurationsInUse => _configurations.InUse;

    /// <summary>The same, as if a node were gone for good.</summary>
    public IEnumerable<ClusterMembership> ConfigurationsInUseWithout(NodeId node) => _configurations.InUseWithout(node);

    /// <summary>Somebody has ordered that these belong to the group when an epoch is over.</summary>
    public void OnOrdered(Epoch ends, ClusterMembership membership) => _configurations.OnOrdered(ends, membership);

    /// <summary>Whether a node may yet become a member by such an order.</summary>
    public bool IsOrdered(NodeId node) => _configurations.IsOrdered(node);

    /// <summary>A node has looked at its disk: of what was staged when it ended, this much had got there.</summary>
    /// <param name="node">The node.</param>
    /// <param name="recovered">What it found.</param>
    /// <param name="losable">What may be missing, because it was damaged where that does no harm.</param>
    public void OnFound(SimulatedNode node, RecoveredState recovered, LogPart? losable)
    {
        var log = LogOf(node.Id);

        // Behind a snapshot that is ahead of what is left, whoever opens the folder begins the log anew: the first of the lost records has its place taken.
        var foundLast = DurableLog.IsBegunAnew(recovered) && recovered.LastLsn == losable?.First ? new Lsn(recovered.LastLsn.Value - 1) : recovered.LastLsn;
        if (losable is { } part && foundLast < log.LastLsn && foundLast.Next == part.First)
        {
            log.Lose(part);
        }

        log.Find(recovered);
    }

    public void OnStarted(SimulatedNode node, RecoveredState recovered)
    {
        LogOf(node.Id).Reset(recovered);
        ViewOf(node.Id).ResetTo(recovered);
        if (!_byzantine.Contains(node.Id))
        {
            _configurations.OnStarted(node.Id, recovered);
        }
    }

    public void OnTurn(SimulatedNode node, in CoreStatus status, EffectBuffer effects)
    {
        var view = ViewOf(node.Id);
        view.ForgetVoided();
        for (var i = 0; i < effects.Records.Count; i++)
        {
            var record = effects.Records[i];
            view.Take(record.Kind, EntryMark.Of(record.Entry));
        }

        (_statuses[node.Id] ??= new StrongBox<CoreStatus>()).Value = status;
        if (_byzantine.Contains(node.Id))
        {
            // What it counts as committed is nothing that the group has committed.
            return;
        }

        for (var i = 0; i < effects.Committed.Count; i++)
        {
            if (effects.Committed[i].Kind == EntryKind.Membership)
            {
                History.OnMembership(effects.Committed[i]);
            }
        }

        History.OnCommitted(node.Id, status, view);
        _configurations.OnTurn(node.Id, status, effects);
    }

    public void OnStaged(SimulatedNode node, in LogRecord record)
    {
        LogOf(node.Id).Stage(record);
        if (!_byzantine.Contains(node.Id))
        {
            _configurations.OnStaged(node.Id, record);
        }
    }

    public void OnDurable(SimulatedNode node, Lsn lsn) => LogOf(node.Id).Flush(lsn);

    public void OnApplied(SimulatedNode node, in LogEntry entry, Digest state)
    {
        if (!_byzantine.Contains(node.Id))
        {
            History.OnApplied(node.Id, entry, state);
        }
    }

    /// <summary>Whether any node is Byzantine.</summary>
    public bool HasByzantine => _byzantine.Count > 0;

    /// <summary>Whether a node may do anything.</summary>
    public bool IsByzantine(NodeId node) => _byzantine.Contains(node);

    /// <summary>From now on a node may do anything: what it has, commits and applies says nothing about the group.</summary>
    public void OnByzantine(SimulatedNode node)
    {
        _byzantine.Add(node.Id);
        _configurations.OnRetired(node.Id);
    }

    /// <summary>A node has lost its disk.</summary>
    public void OnForgotten(SimulatedNode node)
    {
        LogOf(node.Id).Clear();
        _statuses[node.Id] = null;
    }

    /// <summary>
    /// The node never comes back: what it goes by counts no more. What it had on disk is remembered: its last acknowledgements may still be
    /// under way and count rightly, since a machine that is gone elects nobody who lacks what it had.
    /// </summary>
    public void OnRetired(SimulatedNode node)
    {
        _statuses[node.Id] = null;
        _configurations.OnRetired(node.Id);
    }
}
