using Consensus.Simulation.Network;
using Consensus.Simulation.Runs;

namespace Consensus.Simulation.Faults;

/// <summary>The nodes fall into two groups of any sizes that do not hear each other.</summary>
internal sealed class PartitionFault(World world) : LinkFault(world, FaultKind.Partition, LinkState.Cut)
{
    /// <inheritdoc/>
    protected override IEnumerable<(NodeId From, NodeId To)> Draw(IReadOnlyList<NodeId> nodes)
    {
        if (nodes.Count < 2)
        {
            return [];
        }

        var size = 1 + (int)Random.NextBelow((ulong)nodes.Count - 1);
        NodeId[] one = [.. nodes.Take(size)];
        NodeId[] other = [.. nodes.Skip(size)];
        return Between(one, other).Concat(Between(other, one));
    }
}
