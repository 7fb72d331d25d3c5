using Consensus.Simulation.Runs;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Faults;

/// <summary>All machines crash at the same moment, or each at one of its next few effects, and come back at different times.</summary>
internal sealed class BlackoutFault(World world) : Fault(world, FaultKind.Blackout)
{
    private const ulong EffectsMax = 20;
    private const double AtOnceRate = 0.5;
    private static readonly TimeSpan DownTimeMin = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan DownTimeMax = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    public override void Begin() => Repeat(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(20), () =>
    {
        var isAtOnce = Random.Chance(AtOnceRate);
        var loss = DiskLosses.Next(Random);
        foreach (var node in World.Nodes.Where(node => node.IsUp))
        {
            if (isAtOnce)
            {
                node.Crash(loss);
            }
            else
            {
                node.CrashAfter((long)Random.NextBelow(EffectsMax), loss);
            }

            StartLater(node, NextOfAnySize(DownTimeMin, DownTimeMax));
        }

        return true;
    });
}
