using Consensus.Simulation.Disk;
using Consensus.Simulation.Runs;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Faults;

/// <summary>A machine crashes at one of its next effects, with what was not flushed lost, kept or torn, and comes back after a while.</summary>
internal sealed class CrashFault(World world) : Fault(world, FaultKind.Crash)
{
    private const int EffectsMax = 200;
    private static readonly TimeSpan DownTimeMax = TimeSpan.FromSeconds(4);


    /// <inheritdoc/>
    public override void Begin() => Repeat(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), () =>
    {
        var node = Random.Any(World.Nodes);
        if (!node.IsUp)
        {
            return false;
        }

        node.CrashAfter((long)Random.NextBelow(EffectsMax), new DiskLoss(Random.NextBetween(0.0, 1.0), 0.2));
        Later(Random.NextBetween(TimeSpan.FromMilliseconds(50), DownTimeMax), node.StartIfDown);
        return true;
    });
}
