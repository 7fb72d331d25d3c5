using Consensus.Engine;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Observation;

namespace Consensus.Simulation.Checkers;

/// <summary>
/// Whatever two replicas count as committed at an index is the same entry after the same history: their chain hashes are equal.
/// Source: Ongaro and Ousterhout (2014), figure 3, State Machine Safety; relab/hotstuff's twins check the same of commits.
/// </summary>
/// <remarks>
/// The naive form, equal logs up to the shorter one, gives false alarms: what is not committed may differ, and is truncated later. Comparing
/// only what is applied comes late, and not at all if the one that differs crashes first.
/// </remarks>
internal sealed class NoFork(Observatory observatory) : Checker
{
    private readonly Dictionary<NodeId, LogIndex> _checked = [];

    /// <inheritdoc/>
    public override string Name => "no fork";

    /// <inheritdoc/>
    public override void OnStarted(SimulatedNode node, RecoveredState recovered) => _checked[node.Id] = recovered.Base.Index;

    /// <inheritdoc/>
    public override void OnTurn(SimulatedNode node, in CoreStatus status, EffectBuffer effects)
    {
        var last = _checked.GetValueOrDefault(node.Id);
        if (status.CommitIndex <= last)
        {
            return;
        }

        _checked[node.Id] = status.CommitIndex;
        var log = observatory.ViewOf(node.Id);
        if (status.CommitIndex > log.Last)
        {
            Report($"node {node.Id} counts entries up to {status.CommitIndex} as committed in term {status.TermOrView}, but its log ends at {log.Last}");
            return;
        }

        for (var index = LogIndex.Max(last.Next, log.Base); index <= status.CommitIndex; index = index.Next)
        {
            var chain = log.ChainAt(index);
            if (observatory.History.CommittedAt(index) is not { } known)
            {
                if (index > LogIndex.Zero)
                {
                    Report($"node {node.Id} counts entry {index} as committed in term {status.TermOrView}, because of a snapshot; no node ever had it in its log as committed");
                    return;
                }
            }
            else if (known.Mark.Chain != chain)
            {
                Report($"node {node.Id} in term {status.TermOrView} counts {Describe(log, index)} as committed; node {known.By} in term {known.Period} had counted {known.Mark}");
                return;
            }
        }
    }

    private static string Describe(LogContent log, LogIndex index) =>
        log[index] is { } mark ? mark.ToString() : $"entry {index} of term {log.BasePosition.Term} (below its log, chain {log.BasePosition.Chain.ToString()[..8]})";
}
