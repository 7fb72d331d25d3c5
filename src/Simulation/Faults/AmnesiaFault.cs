using Consensus.Simulation.Nodes;
using Consensus.Simulation.Runs;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Faults;

/// <summary>A machine is lost with its disk, and never comes back under its id; the operator puts another in its place.</summary>
internal sealed class AmnesiaFault(World world) : Fault(world, FaultKind.Amnesia)
{
    /// <inheritdoc/>
    public override void Begin() => Repeat(TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(20), () =>
    {
        var node = Random.Any(World.Nodes);
        if (node.Condition == NodeCondition.Retired || !World.Atlas.MayLose(node))
        {
            return false;
        }

        World.Retire(node);
        return true;
    });
}
