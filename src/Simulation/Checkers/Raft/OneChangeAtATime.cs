using Consensus.Engine;
using Consensus.Simulation.Nodes;

namespace Consensus.Simulation.Checkers.Raft;

/// <summary>
/// A leader appends a configuration only when the one before it is committed, and an entry of its own term too. Without the first, a majority
/// that is still needed is left out; without the second, two leaders may change from different bases. Source: thesis, section 4.1, and Ongaro's
/// correction on raft-dev in 2015; pitfalls R3, R6.
/// </summary>
/// <remarks>
/// The naive form waits for what the rule prevents, two majorities without a common member, which takes several changes and elections in an
/// unlucky order. What the leader knows to be committed is taken at the end of its turn, not when it appends: this never accuses wrongly.
/// </remarks>
internal sealed class OneChangeAtATime : Checker
{
    private readonly Dictionary<NodeId, ConfigurationLog> _logs = [];
    private readonly Dictionary<NodeId, (ulong Term, LogIndex First)> _terms = [];

    /// <inheritdoc/>
    public override string Name => "one change at a time";

    /// <inheritdoc/>
    public override void OnStarted(SimulatedNode node, RecoveredState recovered)
    {
        _terms.Remove(node.Id);
        (_logs[node.Id] = new ConfigurationLog()).Start(recovered);
    }

    /// <inheritdoc/>
    public override void OnTurn(SimulatedNode node, in CoreStatus status, EffectBuffer effects)
    {
        var log = _logs[node.Id];
        for (var i = 0; i < effects.Records.Count; i++)
        {
            var record = effects.Records[i];
            if (record.Kind == LogRecordKind.Entry && status.Role == ReplicaRole.Leader && record.Entry.Term.Value == status.TermOrView)
            {
                Look(node, status, record.Entry, log);
            }

            log.Take(record, effects.Install);
        }
    }

    private void Look(SimulatedNode node, in CoreStatus status, in LogEntry entry, ConfigurationLog log)
    {
        if (!_terms.TryGetValue(node.Id, out var term) || term.Term != status.TermOrView)
        {
            term = (status.TermOrView, entry.Index);
            _terms[node.Id] = term;
        }

        if (entry.Kind != EntryKind.Membership)
        {
            return;
        }

        if (log.Last.Index > status.CommitIndex)
        {
            Report($"node {node.Id} leads term {term.Term} and appends a configuration as entry {entry.Index}; the one before it, entry {log.Last.Index}, is not committed (commit index {status.CommitIndex})");
        }
        else if (term.First > status.CommitIndex)
        {
            Report($"node {node.Id} leads term {term.Term} and appends a configuration as entry {entry.Index}; the first entry of the term, {term.First}, is not committed (commit index {status.CommitIndex})");
        }
    }
}
