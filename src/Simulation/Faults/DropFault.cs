using Consensus.Simulation.Network;
using Consensus.Simulation.Runs;

namespace Consensus.Simulation.Faults;

/// <summary>Links lose messages.</summary>
internal sealed class DropFault(World world) : QualityFault(world, FaultKind.Drop, 0.25)
{
    /// <inheritdoc/>
    protected override LinkQuality Worsen(LinkQuality quality, double rate) => quality with { DropRate = rate };
}
