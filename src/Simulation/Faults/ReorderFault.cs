using Consensus.Simulation.Network;
using Consensus.Simulation.Runs;

namespace Consensus.Simulation.Faults;

/// <summary>Links let messages overtake each other.</summary>
internal sealed class ReorderFault(World world) : QualityFault(world, FaultKind.Reorder, 0.25)
{
    /// <inheritdoc/>
    protected override LinkQuality Worsen(LinkQuality quality, double rate) => quality with { ReorderRate = rate };
}
