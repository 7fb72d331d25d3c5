using Consensus.Simulation.Disk;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Runs;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Faults;

/// <summary>
/// A batch of the log is written to another place of its segment, over what is there, and reported as done. If more is written afterwards,
/// the next start finds damage in the middle of the log and is refused. If not, the batch was never there as far as anybody can tell; so only
/// a batch that may be lost is misdirected.
/// </summary>
internal sealed class MisdirectedWriteFault(World world) : Fault(world, FaultKind.MisdirectedWrite)
{
    private static readonly TimeSpan ArmedTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RestTimeMax = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan DownTimeMax = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public override void Begin() => Repeat(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(8), () =>
    {
        var node = Random.Any(World.Nodes);
        if (node.Condition == NodeCondition.Running && !World.Atlas.IsDamaged(node))
        {
            Func<string, bool> misdirects = path => GoesAstray(node, path);
            node.Disk.Misdirects = misdirects;
            Later(ArmedTime, () => node.Disk.Forgive(misdirects));
        }

        // It counts when a write goes astray.
        return false;
    });

    private bool GoesAstray(SimulatedNode node, string path)
    {
        var isLog = path.EndsWith(".wal", StringComparison.Ordinal);
        if (!isLog || World.Atlas.IsDamaged(node) || World.Observatory.LogOf(node.Id).Unflushed is not { } batch || !World.Atlas.MayLose(node) || !World.Atlas.MayLoseTail(node, batch))
        {
            return false;
        }

        CountStrike();
        World.Atlas.Damage(node, batch, mayRefuse: true);
        Later(Random.NextBetween(TimeSpan.Zero, RestTimeMax), () =>
        {
            node.Crash(new DiskLoss(Random.NextBetween(0.0, 1.0), 0.2));
            Later(Random.NextBetween(TimeSpan.Zero, DownTimeMax), node.StartIfDown);
        });
        return true;
    }
}
