namespace Consensus.Simulation.Tests.Runs;

/// <summary>
/// Whether a heap that was measured now and then is flat: its size in the last third is compared with that in the first. Sizes swing with snapshots
/// and with what is under way, so thirds are compared by their means, and a quarter more is allowed; a leak adds up to more than that soon.
/// </summary>
internal sealed class HeapTrend(IReadOnlyList<long> sizes)
{
    private const double GrowthMax = 1.25;

    /// <summary>The fewest sizes that say something.</summary>
    public const int SizesMin = 9;

    public double First => sizes.Take(sizes.Count / 3).Average();

    public double Last => sizes.TakeLast(sizes.Count / 3).Average();

    public bool IsFlat => sizes.Count >= SizesMin && Last <= GrowthMax * First;
}
