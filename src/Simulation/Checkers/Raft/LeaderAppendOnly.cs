using Consensus.Engine;
using Consensus.Simulation.Nodes;

namespace Consensus.Simulation.Checkers.Raft;

/// <summary>
/// A leader never truncates or replaces entries of its log while it leads: it only appends. Source: Ongaro and Ousterhout (2014), figure 3,
/// Leader Append-Only.
/// </summary>
/// <remarks>
/// The naive form, no truncation in a turn at whose end the replica leads, gives false alarms: in one turn it may take entries of a
/// leader and then win an election itself. It must have led in this term when the turn began.
/// </remarks>
internal sealed class LeaderAppendOnly : Checker
{
    private readonly Dictionary<NodeId, (ulong Term, LogIndex Last)> _leading = [];

    /// <inheritdoc/>
    public override string Name => "leader append-only";

    /// <inheritdoc/>
    public override void OnStarted(SimulatedNode node, RecoveredState recovered) => _leading.Remove(node.Id);

    /// <inheritdoc/>
    public override void OnTurn(SimulatedNode node, in CoreStatus status, EffectBuffer effects)
    {
        if (_leading.TryGetValue(node.Id, out var before) && before.Term == status.TermOrView)
        {
            Look(node, before.Term, before.Last, effects);
        }

        if (status.Role == ReplicaRole.Leader)
        {
            _leading[node.Id] = (status.TermOrView, status.LastIndex);
        }
        else
        {
            _leading.Remove(node.Id);
        }
    }

    private void Look(SimulatedNode node, ulong term, LogIndex last, EffectBuffer effects)
    {
        for (var i = 0; i < effects.Records.Count; i++)
        {
            var record = effects.Records[i];
            switch (record.Kind)
            {
                case LogRecordKind.Entry when record.Entry.Index == last.Next:
                    last = record.Entry.Index;
                    break;
                case LogRecordKind.Entry:
                    Report($"node {node.Id} leads term {term} and appends entry {record.Entry.Index} of term {record.Entry.Term} after entry {last}");
                    return;
                case LogRecordKind.Truncate or LogRecordKind.Base:
                    Report($"node {node.Id} leads term {term}, has entries up to {last}, and writes {record.Kind} at {record.Entry.Index}");
                    return;
                case LogRecordKind.Slot:
                    break;
            }
        }
    }
}
