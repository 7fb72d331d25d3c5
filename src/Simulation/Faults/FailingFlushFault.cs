using Consensus.Simulation.Nodes;
using Consensus.Simulation.Runs;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Faults;

/// <summary>
/// A flush fails, and what it was to flush is lost. The replica must stop itself: whatever it did from there on would rest on what
/// is not on its disk. It is started again after a while.
/// </summary>
internal sealed class FailingFlushFault(World world) : Fault(world, FaultKind.FailingFlush)
{
    /// <summary>In how much time a replica must have stopped: it does so in the turn that learns of the failure.</summary>
    private static readonly TimeSpan StopTimeMax = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan DownTimeMax = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    public override void Begin() => Repeat(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(15), () =>
    {
        var node = Random.Any(World.Nodes);
        if (node.Condition != NodeCondition.Running || node.Disk.FailsNextFlush)
        {
            return false;
        }

        node.Disk.FailsNextFlush = true;
        Watch(node, node.Life, node.Disk.FailedFlushes, Random.NextBetween(TimeSpan.FromMilliseconds(50), DownTimeMax));
        return true;
    });

    private void Watch(SimulatedNode node, int life, int failures, TimeSpan downTime) => World.Agenda.PlanIn(LookInterval, () =>
    {
        if (node.Life != life)
        {
            Later(downTime, node.StartIfDown);
        }
        else if (node.Disk.FailedFlushes > failures)
        {
            World.Agenda.PlanIn(StopTimeMax, () => RequireStopped(node, life));
            Later(downTime + StopTimeMax, node.StartIfDown);
        }
        else if (node.Disk.FailsNextFlush)
        {
            Watch(node, life, failures, downTime);
        }
    });

    private void RequireStopped(SimulatedNode node, int life)
    {
        // A process that stands still learns of it when it goes on.
        if (node.Life == life && node.Condition == NodeCondition.Running)
        {
            World.Report("failed flush", $"a flush failed at node {node.Id}, and its replica goes on");
        }
    }
}
