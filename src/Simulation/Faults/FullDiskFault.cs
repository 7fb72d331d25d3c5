using Consensus.Simulation.Runs;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Faults;

/// <summary>
/// The disks of one, some or all machines have little space left for a while. A replica whose log has used up its reserve too waits with the next
/// batch until there is space; one that found none when it started has ended, and is started again.
/// </summary>
internal sealed class FullDiskFault(World world) : Fault(world, FaultKind.FullDisk)
{
    private const ulong SpaceMax = 128 * 1024;
    private static readonly TimeSpan ShortestTime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestTime = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public override void Begin() => Repeat(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(15), () =>
    {
        var time = Random.NextBetween(ShortestTime, LongestTime);
        var space = Random.NextBelow(SpaceMax);
        foreach (var node in Random.SomeOrAll(World.Nodes))
        {
            node.Disk.Capacity = node.Disk.Used + (long)space;
            Later(time, () =>
            {
                node.Disk.Capacity = long.MaxValue;
                node.StartIfDown();
            });
        }

        return true;
    });
}
