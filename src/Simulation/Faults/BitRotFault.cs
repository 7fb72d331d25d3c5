using Consensus.Simulation.Disk;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Observation;
using Consensus.Simulation.Runs;
using Consensus.Simulation.Time;
using Consensus.Storage;

namespace Consensus.Simulation.Faults;

/// <summary>
/// Bits change in a file at rest. A running replica does not read its files again, so that this shows at its next start; then it is harmless,
/// or the end of the log is lost as in an interrupted write, or the replica refuses to start and is replaced.
/// </summary>
internal sealed class BitRotFault(World world) : Fault(world, FaultKind.BitRot)
{
    private const ulong BitsMax = 8;
    private const ulong NearBytes = 2048;
    private static readonly TimeSpan RestTimeMax = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan DownTimeMax = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public override void Begin() => Repeat(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(8), () =>
    {
        var node = Random.Any(World.Nodes);
        if (node.Condition is NodeCondition.Damaged or NodeCondition.Retired || World.Atlas.IsDamaged(node) || !ReplicaStorage.Exists(node.Disk, SimulatedNode.Folder))
        {
            return false;
        }

        var flips = DrawFlips(node.Disk);
        var copy = node.Disk.Copy();
        Apply(flips, copy);
        if (Judge(node, copy) is not { } damage)
        {
            return false;
        }

        Apply(flips, node.Disk);
        World.Atlas.Damage(node, damage.Tail, damage.MayRefuse);
        if (node.IsUp)
        {
            Later(Random.NextBetween(TimeSpan.Zero, RestTimeMax), () => Restart(node));
        }

        return true;
    });

    /// <summary>What the damage comes to.</summary>
    /// <param name="node">Whose disk is damaged.</param>
    /// <param name="copy">A copy of the disk, with the damage.</param>
    /// <returns>What may be missing, and whether the replica may refuse to start; <see langword="null"/> if that is too much.</returns>
    private (LogPart? Tail, bool MayRefuse)? Judge(SimulatedNode node, SimulatedDisk copy)
    {
        var log = World.Observatory.LogOf(node.Id);
        var recovered = RecoveryTrial.Run(copy, World.Settings, node.Id);

        // While the node runs, what it writes from here on decides whether the damage is at the end of its log or in the middle.
        var mayRefuse = node.IsUp || recovered is null;
        if (mayRefuse && !World.Atlas.MayLose(node))
        {
            return null;
        }

        if (recovered is null || recovered.LastLsn >= log.LastLsn)
        {
            return (null, mayRefuse);
        }

        return log.LastBatch is { } tail && World.Atlas.MayLoseTail(node, tail) ? (tail, mayRefuse) : null;
    }

    private void Restart(SimulatedNode node)
    {
        node.Crash(new DiskLoss(Random.NextBetween(0.0, 1.0), 0.2));
        Later(Random.NextBetween(TimeSpan.Zero, DownTimeMax), node.StartIfDown);
    }

    private List<(string Path, long Offset, int Bit)> DrawFlips(SimulatedDisk disk)
    {
        var (path, length) = Random.Any([.. disk.Files.Where(file => file.Length > 0)]);
        var used = disk.EndOf(path);

        // Most of a segment is zeros that wait to be written; the end of what is written is where decisions are hardest.
        var (from, to) = Random.NextBelow(4) switch
        {
            0 => (0L, length),
            1 => (Math.Max(0L, used - (long)NearBytes), Math.Max(1L, used)),
            _ => (0L, Math.Max(1L, used)),
        };
        var first = from + (long)Random.NextBelow((ulong)(to - from));

        // In one sector, so in one batch of the log: of two whose headers are both damaged nobody could tell that they are two.
        var sector = first / SimulatedContent.SectorBytes * SimulatedContent.SectorBytes;
        var flips = new List<(string Path, long Offset, int Bit)>();
        for (var count = 1 + Random.NextBelow(BitsMax); count > 0; count--)
        {
            flips.Add((path, Math.Min(length - 1, sector + (long)Random.NextBelow(SimulatedContent.SectorBytes)), (int)Random.NextBelow(8)));
        }

        return flips;
    }

    private static void Apply(List<(string Path, long Offset, int Bit)> flips, SimulatedDisk disk)
    {
        foreach (var (path, offset, bit) in flips)
        {
            disk.Flip(path, offset, bit);
        }
    }
}
