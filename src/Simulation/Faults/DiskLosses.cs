using Consensus.Engine;
using Consensus.Simulation.Disk;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Faults;

/// <summary>What machines that crash do to their disks.</summary>
internal static class DiskLosses
{
    /// <summary>Everything unflushed is gone, or there, in every fifth crash each; in the others each sector decides for itself, and may be torn.</summary>
    public static DiskLoss Next(DeterministicRandom random) => random.NextBelow(5) switch
    {
        0 => DiskLoss.Everything,
        1 => DiskLoss.Nothing,
        _ => new DiskLoss(random.NextBetween(0.0, 1.0), random.NextBetween(0.0, 0.5)),
    };
}
