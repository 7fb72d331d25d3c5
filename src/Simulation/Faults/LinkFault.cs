using Consensus.Simulation.Network;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Runs;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Faults;

/// <summary>Some links are cut or clogged for a while. Strikes of the same kind overlap in some runs, and those of different kinds always may.</summary>
/// <param name="world">What it happens to.</param>
/// <param name="kind">What kind it is.</param>
/// <param name="effect">What becomes of the links.</param>
internal abstract class LinkFault(World world, FaultKind kind, LinkState effect) : Fault(world, kind)
{
    private const double OverlapRate = 0.25;
    private const double LeaderFirstRate = 0.5;

    /// <inheritdoc/>
    public override void Begin()
    {
        Alternate(FaultWindows.Elections, Disrupt);
        if (Random.Chance(OverlapRate))
        {
            Alternate(FaultWindows.Elections, Disrupt);
        }
    }

    /// <summary>The links of one strike; none if there are too few nodes.</summary>
    /// <param name="nodes">The nodes in drawn order; in every other strike the leader is the first.</param>
    protected abstract IEnumerable<(NodeId From, NodeId To)> Draw(IReadOnlyList<NodeId> nodes);

    /// <summary>The links from each of one group to each of another.</summary>
    protected static IEnumerable<(NodeId From, NodeId To)> Between(IEnumerable<NodeId> senders, IReadOnlyCollection<NodeId> receivers) =>
        senders.SelectMany(sender => receivers.Select(receiver => (sender, receiver)));

    private Action? Disrupt()
    {
        var links = Draw(Shuffled()).ToArray();
        return links.Length == 0 ? null : World.Network.Disrupt(effect, links).End;
    }

    private List<NodeId> Shuffled()
    {
        var rest = World.Nodes.Where(node => node.Condition != NodeCondition.Retired).Select(node => node.Id).ToList();
        var shuffled = new List<NodeId>(rest.Count);
        if (Random.Chance(LeaderFirstRate) && World.Leader() is { } leader && rest.Remove(leader.Id))
        {
            shuffled.Add(leader.Id);
        }

        while (rest.Count > 0)
        {
            var node = Random.Any(rest);
            rest.Remove(node);
            shuffled.Add(node);
        }

        return shuffled;
    }
}
