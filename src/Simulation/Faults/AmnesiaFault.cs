using Consensus.Simulation.Nodes;
using Consensus.Simulation.Runs;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Faults;

/// <summary>
/// A machine is lost with its disk, and never comes back under its id; the operator puts another in its place. Where members cannot be exchanged it comes back
/// with an empty disk, as a Byzantine replica: it has forgotten what it said.
/// </summary>
internal sealed class AmnesiaFault(World world) : Fault(world, FaultKind.Amnesia)
{
    private static readonly TimeSpan DownTimeMax = TimeSpan.FromSeconds(4);

    /// <inheritdoc/>
    public override void Begin() => Repeat(TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(20), () =>
    {
        var node = Random.Any(World.Nodes);
        if (node.Condition == NodeCondition.Retired || !World.Atlas.MayLose(node))
        {
            return false;
        }

        World.LoseDisk(node);
        if (!World.Options.Protocol.ChangesMembers)
        {
            StartLater(node, Random.NextBetween(TimeSpan.Zero, DownTimeMax));
        }

        return true;
    });
}
