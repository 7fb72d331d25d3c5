using Consensus.Engine;
using Consensus.Simulation.Nodes;

namespace Consensus.Simulation.Checkers.Raft;

/// <summary>
/// At most one replica leads in each term (or view) of an epoch, in all of the run, across crashes and restarts.
/// Source: Ongaro and Ousterhout (2014), figure 3, Election Safety; thesis, section 3.4.
/// </summary>
/// <remarks>
/// The naive form, at most one leader at any moment, gives false alarms: one that has been deposed and does not know it leads in its own
/// term still, and does no harm. Comparing only what leads now would also miss two that lead one term after each other.
/// </remarks>
internal sealed class ElectionSafety : Checker
{
    private readonly Dictionary<(Epoch Epoch, ulong Term), NodeId> _leaders = [];
    private readonly Dictionary<NodeId, ulong> _leading = [];

    /// <inheritdoc/>
    public override string Name => "election safety";

    /// <inheritdoc/>
    public override void OnTurn(SimulatedNode node, in CoreStatus status, EffectBuffer effects)
    {
        if (status.Role != ReplicaRole.Leader)
        {
            _leading.Remove(node.Id);
            return;
        }

        if (_leading.TryGetValue(node.Id, out var term) && term == status.TermOrView)
        {
            return;
        }

        _leading[node.Id] = status.TermOrView;
        var epoch = node.Replica?.Status.Epoch ?? default;
        if (!_leaders.TryAdd((epoch, status.TermOrView), node.Id) && _leaders[(epoch, status.TermOrView)] is var other && other != node.Id)
        {
            Report($"nodes {other} and {node.Id} both lead term {status.TermOrView} of epoch {epoch}");
        }
    }
}
