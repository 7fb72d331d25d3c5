namespace Consensus.Simulation.Disk;

/// <summary>What a crash does to what was not flushed.</summary>
/// <param name="KeepRate">How likely each sector, length and name survives; 0 to 1.</param>
/// <param name="TearRate">How likely a sector that does not survive as a whole survives in part; 0 to 1.</param>
/// <param name="KeepsCache">
/// Whether the machine stays: its cache then shows the next process all that was written, flushed or not, also what a failed flush has
/// taken for written.
/// </param>
internal readonly record struct DiskLoss(double KeepRate, double TearRate, bool KeepsCache = false)
{
    /// <summary>Everything survives in the cache: a process was killed, the machine was not.</summary>
    public static DiskLoss Nothing => new(1, 0, KeepsCache: true);

    /// <summary>Nothing survives.</summary>
    public static DiskLoss Everything => new(0, 0);
}
