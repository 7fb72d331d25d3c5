using Consensus.Simulation.Runs;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Faults;

/// <summary>Clocks run at different rates, no two of them further apart than the engine was told to expect; the rates change now and then.</summary>
internal sealed class DriftFault(World world) : Fault(world, FaultKind.Drift)
{
    /// <inheritdoc/>
    public override void Begin()
    {
        foreach (var node in World.Nodes)
        {
            CountStrike();
            node.Clock.SetRate(NextRate());
        }

        Repeat(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), () =>
        {
            Random.Any(World.Nodes).Clock.SetRate(NextRate());
            return true;
        });
    }

    private double NextRate()
    {
        var deviation = World.Options.ClockDriftMax / 2;
        return Random.NextBetween(1 - deviation, 1 + deviation);
    }
}
