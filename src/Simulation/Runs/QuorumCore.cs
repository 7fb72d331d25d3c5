using Consensus.Simulation.Nodes;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Runs;

/// <summary>
/// Chooses the nodes that are healed while the others stay as bad as they are: as few as can make progress. Healing everybody hides what only
/// the last member's return resolves (Tigerbeetle's VOPR; openraft issue 2080).
/// </summary>
internal static class QuorumCore
{
    /// <summary>Leaves out one node after the other, in drawn order, as long as the rest can be expected to make progress.</summary>
    public static IReadOnlyList<SimulatedNode> Choose(World world)
    {
        var random = world.RandomFor("quorum core");
        var core = Healable(world).ToList();
        var candidates = core.ToList();
        while (candidates.Count > 0)
        {
            var candidate = random.Any(candidates);
            candidates.Remove(candidate);
            if (world.Atlas.CanProgressWith(core.Where(node => node != candidate)))
            {
                core.Remove(candidate);
            }
        }

        return core;
    }

    /// <summary>
    /// Who else is needed by now. A change of members that was under way when the core was chosen was in nobody's log, and may since have made voters
    /// of others, without whom the core is no quorum any more.
    /// </summary>
    public static IReadOnlyList<SimulatedNode> Missing(World world, IReadOnlyList<SimulatedNode> core)
    {
        var missing = new List<SimulatedNode>();
        foreach (var node in Healable(world).Except(core))
        {
            if (world.Atlas.CanProgressWith(core.Concat(missing)))
            {
                break;
            }

            missing.Add(node);
        }

        return missing;
    }

    private static IEnumerable<SimulatedNode> Healable(World world) =>
        world.Nodes.Where(node => node.Condition is not (NodeCondition.Damaged or NodeCondition.Retired) && !world.Atlas.MayRefuse(node) && !world.Atlas.IsByzantine(node));
}
