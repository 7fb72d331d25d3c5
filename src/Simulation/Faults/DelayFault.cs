using Consensus.Simulation.Network;
using Consensus.Simulation.Runs;

namespace Consensus.Simulation.Faults;

/// <summary>Links take long for some messages, and so for those behind them: a lost packet of a connection, sent again.</summary>
internal sealed class DelayFault(World world) : QualityFault(world, FaultKind.Delay, 0.05)
{
    /// <inheritdoc/>
    protected override LinkQuality Worsen(LinkQuality quality, double rate) => quality with { DelayRate = rate };
}
