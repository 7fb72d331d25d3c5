using Consensus.Engine;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Disk;

/// <summary>What a crash does to what was not flushed.</summary>
/// <param name="KeepRate">How likely each sector, length and name survives; 0 to 1.</param>
/// <param name="TearRate">How likely a sector that does not survive as a whole survives in part; 0 to 1.</param>
internal readonly record struct DiskLoss(double KeepRate, double TearRate)
{
    /// <summary>Everything survives: a process was killed, the machine was not.</summary>
    public static DiskLoss Nothing => new(1, 0);

    /// <summary>Nothing survives.</summary>
    public static DiskLoss Everything => new(0, 0);

    public bool Keeps(DeterministicRandom random) => random.Chance(KeepRate);

    public bool Tears(DeterministicRandom random) => random.Chance(TearRate);
}
