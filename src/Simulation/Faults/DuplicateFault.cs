using Consensus.Simulation.Network;
using Consensus.Simulation.Runs;

namespace Consensus.Simulation.Faults;

/// <summary>Links carry messages twice.</summary>
internal sealed class DuplicateFault(World world) : QualityFault(world, FaultKind.Duplicate, 0.25)
{
    /// <inheritdoc/>
    protected override LinkQuality Worsen(LinkQuality quality, double rate) => quality with { DuplicateRate = rate };
}
