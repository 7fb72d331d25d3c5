using Consensus.Simulation.Disk;
using Consensus.Simulation.Runs;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Faults;

/// <summary>The disks of one, some or all machines take long for each flush, for a while: from a busy disk's time to several election timeouts.</summary>
internal sealed class SlowDiskFault(World world) : Fault(world, FaultKind.SlowDisk)
{
    private static readonly TimeSpan ShortestTime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestTime = TimeSpan.FromSeconds(8);

    /// <inheritdoc/>
    public override void Begin() => Repeat(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(12), () =>
    {
        var time = Random.NextBetween(ShortestTime, LongestTime);

        // Evenly over the orders of magnitude from 1 to 500 ms.
        var flush = TimeSpan.FromMilliseconds(Math.Pow(500, Random.NextBetween(0.0, 1.0)));
        foreach (var node in Random.SomeOrAll(World.Nodes))
        {
            node.Disk.FlushTime = flush;
            Later(time, () => node.Disk.FlushTime = SimulatedDisk.DefaultFlushTime);
        }

        return true;
    });
}
