using Consensus.Engine;
using Consensus.Simulation.Nodes;

namespace Consensus.Simulation.Checkers.Hybrid;

/// <summary>
/// What callers are told is certified is below a floor whose certificate so many members have on disk: with fewer, it might be lost when a member lies.
/// </summary>
/// <param name="floorsOf">What a node knows of floors, if it is in an epoch that has some.</param>
/// <param name="members">The members.</param>
/// <param name="isTrusted">Whether what a member had when it was last seen is what it has on disk; others may say what they like, and are counted whatever they have.</param>
internal sealed class FloorsAreHeld(Func<SimulatedNode, FloorsOfNode?> floorsOf, IEnumerable<NodeId> members, Func<NodeId, bool> isTrusted) : Checker
{
    private readonly Dictionary<(Epoch Epoch, NodeId Node), LogIndex> _held = [];
    private readonly Dictionary<(Epoch Epoch, NodeId Node), LogIndex> _certified = [];

    /// <inheritdoc/>
    public override string Name => "floors that count are held";

    /// <inheritdoc/>
    public override void OnTurn(SimulatedNode node, in CoreStatus status, EffectBuffer effects)
    {
        if (floorsOf(node) is not { } floors)
        {
            return;
        }

        var place = (floors.Epoch, node.Id);
        _held[place] = LogIndex.Max(floors.Held, _held.GetValueOrDefault(place));
        if (floors.Certified <= LogIndex.Max(floors.Start, _certified.GetValueOrDefault(place)))
        {
            return;
        }

        _certified[place] = floors.Certified;
        var holders = members.Count(member => !isTrusted(member) || _held.GetValueOrDefault((floors.Epoch, member)) >= floors.Certified);
        if (holders < floors.Quorum)
        {
            Report($"node {node.Id} counts entry {floors.Certified} of epoch {floors.Epoch.Value} as certified, and {holders} of {floors.Quorum} needed members have a floor as high on disk");
        }
    }
}
