using Consensus.Simulation.Network;
using Consensus.Simulation.Runs;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Faults;

/// <summary>One group of nodes does not hear the other, which hears it: a leader that is heard but deaf, or hears but is mute.</summary>
internal sealed class OneWayPartitionFault(World world) : LinkFault(world, FaultKind.OneWayPartition, LinkState.Cut)
{
    private const double FirstIsDeafRate = 0.5;

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
        return Random.Chance(FirstIsDeafRate) ? Between(other, one) : Between(one, other);
    }
}
