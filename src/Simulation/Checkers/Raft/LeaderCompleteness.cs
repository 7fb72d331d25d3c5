using Consensus.Engine;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Observation;

namespace Consensus.Simulation.Checkers.Raft;

/// <summary>
/// The log of the leader of a term has every entry that was committed in an earlier term. Source: Ongaro and Ousterhout (2014), figure 3,
/// Leader Completeness, and section 5.4.3.
/// </summary>
/// <remarks>
/// The naive form compares a leader with everything that is committed, and gives false alarms: one that has been deposed and does not know
/// it lacks what its successors committed. Looking only when a leader comes to power misses what its predecessor commits afterwards, when
/// late acknowledgements reach it: its successor must have that too, so both are looked at.
/// </remarks>
internal sealed class LeaderCompleteness(Observatory observatory) : Checker
{
    private readonly SortedDictionary<NodeId, ulong> _leading = [];
    private LogIndex _committed;

    /// <inheritdoc/>
    public override string Name => "leader completeness";

    /// <inheritdoc/>
    public override void OnStarted(SimulatedNode node, RecoveredState recovered) => _leading.Remove(node.Id);

    /// <inheritdoc/>
    public override void OnTurn(SimulatedNode node, in CoreStatus status, EffectBuffer effects)
    {
        if (status.Role != ReplicaRole.Leader)
        {
            _leading.Remove(node.Id);
        }
        else if (!_leading.TryGetValue(node.Id, out var term) || term != status.TermOrView)
        {
            _leading[node.Id] = status.TermOrView;
            if (LastCommittedBefore(status.TermOrView) is { } last)
            {
                Look(node.Id, status.TermOrView, last);
            }
        }

        if (observatory.LastCommitted > _committed)
        {
            _committed = observatory.LastCommitted;
            if (observatory.History.CommittedAt(_committed) is { } committed)
            {
                LookAtSuccessors(committed);
            }
        }
    }

    /// <inheritdoc/>
    public override void OnEnded(SimulatedNode node, Exception? failure) => _leading.Remove(node.Id);

    private void LookAtSuccessors(in CommittedEntry committed)
    {
        foreach (var (leader, term) in _leading)
        {
            if (term > committed.Period)
            {
                Look(leader, term, committed);
            }
        }
    }

    private CommittedEntry? LastCommittedBefore(ulong term)
    {
        var index = observatory.LastCommitted;
        while (observatory.History.CommittedAt(index) is { } committed)
        {
            if (committed.Period < term)
            {
                return committed;
            }

            index -= 1;
        }

        return null;
    }

    private void Look(NodeId leader, ulong term, in CommittedEntry committed)
    {
        var log = observatory.ViewOf(leader);
        if (!log.Holds(committed.Mark))
        {
            var own = log[committed.Mark.Index] is { } mark ? $"has {mark} there" : $"ends at {log.Last}";
            Report($"node {leader} leads term {term} and lacks {committed.Mark}, which node {committed.By} counted as committed in term {committed.Period}: its log {own}");
        }
    }
}
