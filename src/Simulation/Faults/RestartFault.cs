using Consensus.Simulation.Disk;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Runs;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Faults;

/// <summary>
/// A process is killed (the machine stays, so nothing that was written is lost) or stopped as an operator does, and started again; or all
/// are, one after the other, as in an upgrade.
/// </summary>
internal sealed class RestartFault(World world) : Fault(world, FaultKind.Restart)
{
    private const double RollingRate = 0.2;
    private const double KillRate = 0.5;
    private static readonly TimeSpan DownTimeMin = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan DownTimeMax = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SettlingTimeMax = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public override void Begin() => Repeat(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), () =>
    {
        if (Random.Chance(RollingRate))
        {
            Roll(0, Random.NextBetween(TimeSpan.Zero, SettlingTimeMax));
            return true;
        }

        return Victim() is { } victim && Restart(victim);
    });

    private void Roll(int next, TimeSpan settlingTime)
    {
        if (next < World.Nodes.Count)
        {
            var node = World.Nodes[next];
            var downTime = NextOfAnySize(DownTimeMin, DownTimeMax);
            End(node);
            Later(downTime, () =>
            {
                node.StartIfDown();
                Later(settlingTime, () => Roll(next + 1, settlingTime));
            });
        }
    }

    private bool Restart(SimulatedNode node)
    {
        if (!End(node))
        {
            return false;
        }

        StartLater(node, NextOfAnySize(DownTimeMin, DownTimeMax));
        return true;
    }

    private bool End(SimulatedNode node)
    {
        if (Random.Chance(KillRate))
        {
            node.Crash(DiskLoss.Nothing);
        }
        else
        {
            node.Stop();
        }

        return !node.IsUp;
    }
}
