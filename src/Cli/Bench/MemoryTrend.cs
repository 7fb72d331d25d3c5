namespace Consensus.Cli.Bench;

/// <summary>Whether an amount of memory stays as it is.</summary>
/// <param name="Min">The least that was seen.</param>
/// <param name="Max">The most.</param>
/// <param name="FirstThird">The mean of the first third of what was seen.</param>
/// <param name="LastThird">The mean of the last third. Memory is flat if it is no more than that of the first.</param>
internal sealed record MemoryTrend(long Min, long Max, long FirstThird, long LastThird)
{
    /// <summary>Sums up three amounts or more, in the order of time.</summary>
    public static MemoryTrend Of(IReadOnlyList<long> amounts)
    {
        var third = amounts.Count / 3;
        return new MemoryTrend(amounts.Min(), amounts.Max(), (long)amounts.Take(third).Average(), (long)amounts.TakeLast(third).Average());
    }

    /// <summary>By how much the last third is more than the first, as a fraction of it.</summary>
    public double Growth => FirstThird == 0 ? 0 : Math.Round((double)(LastThird - FirstThird) / FirstThird, 4);
}
