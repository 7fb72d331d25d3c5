using Consensus.Engine;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Observation;

namespace Consensus.Simulation.Checkers;

/// <summary>
/// No replica takes an entry out of its log that the group has committed, and none that starts again counts less as committed than the
/// snapshot covers that it starts from. Source: thesis, section 3.6.3; openraft's invariant committed_immutable.
/// </summary>
/// <remarks>
/// The naive form, that nothing is truncated below the replica's own commit index, misses what the replica does not know yet to be committed
/// (and the core asserts it anyway). That the entry at an index stays the same in each log gives false alarms: a tail that only a deposed
/// leader had is replaced. What crashes do to the log is checked by <see cref="LogIsKept"/>. In PBFT a replica that lies views behind may give a block up as the
/// starts of those views say, and take it again where the view begins in which others have committed it: only who has come to that view must keep it.
/// Where no view begins with a proof of what may be committed, something else must hold: see <see cref="HotStuff.VotedNodesStay"/>.
/// </remarks>
internal sealed class CommittedImmutable(Observatory observatory, bool ordersBlocks = false) : Checker
{
    private readonly SortedDictionary<NodeId, ulong> _views = [];

    /// <inheritdoc/>
    public override string Name => "committed immutable";

    /// <inheritdoc/>
    public override void OnTurn(SimulatedNode node, in CoreStatus status, EffectBuffer effects)
    {
        var cameFrom = _views.GetValueOrDefault(node.Id);
        _views[node.Id] = status.TermOrView;
        foreach (var mark in observatory.ViewOf(node.Id).Voided)
        {
            if (ordersBlocks && mark.Kind == EntryKind.Command)
            {
                // It is as committed as its block, whose last entry stands for it.
                continue;
            }

            if (observatory.History.CommittedAt(mark.Index) is { } committed && committed.Mark.Chain == mark.Chain && !(ordersBlocks && cameFrom < committed.Period))
            {
                Report($"node {node.Id} in term {status.TermOrView} truncates {mark}, which node {committed.By} counted as committed in term {committed.Period}");
                return;
            }
        }
    }
}
