using Consensus.Simulation.Network;
using Consensus.Simulation.Runs;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Faults;

/// <summary>Links keep everything for a while, and then deliver it at once: one link, all to a node, all from it, or any.</summary>
internal sealed class ClogFault(World world) : LinkFault(world, FaultKind.Clog, LinkState.Clogged)
{
    private const double AnyLinkRate = 0.3;

    /// <inheritdoc/>
    protected override IEnumerable<(NodeId From, NodeId To)> Draw(IReadOnlyList<NodeId> nodes)
    {
        if (nodes.Count < 2)
        {
            return [];
        }

        NodeId[] first = [nodes[0]];
        NodeId[] others = [.. nodes.Skip(1)];
        switch (Random.NextBelow(4))
        {
            case 0:
                return [(first[0], others[0])];
            case 1:
                return Between(first, others);
            case 2:
                return Between(others, first);
            default:
                NodeId[] all = [.. nodes];
                return [.. Between(all, all).Where(link => link.From != link.To && Random.Chance(AnyLinkRate))];
        }
    }
}
