using Consensus.Simulation.Network;
using Consensus.Simulation.Runs;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Faults;

/// <summary>
/// Two groups of nodes hear each other only through one node, which hears everybody: what a half-dead switch did to Cloudflare's etcd in
/// November 2020.
/// </summary>
internal sealed class BridgeFault(World world) : LinkFault(world, FaultKind.Bridge, LinkState.Cut)
{
    /// <inheritdoc/>
    protected override IEnumerable<(NodeId From, NodeId To)> Draw(IReadOnlyList<NodeId> nodes)
    {
        if (nodes.Count < 3)
        {
            return [];
        }

        // The leader, if it is the first, is as often the bridge as in one of the groups.
        var bridge = Random.Chance(0.5) ? nodes[0] : nodes[^1];
        NodeId[] rest = [.. nodes.Where(node => node != bridge)];
        var size = 1 + (int)Random.NextBelow((ulong)rest.Length - 1);
        return Between(rest[..size], rest[size..]).Concat(Between(rest[size..], rest[..size]));
    }
}
