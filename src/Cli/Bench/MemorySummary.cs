namespace Consensus.Cli.Bench;

/// <summary>How much memory was held in the course of a measurement.</summary>
/// <param name="Samples">How often it was looked at.</param>
/// <param name="IntervalS">How far apart, in seconds.</param>
/// <param name="WorkingSetBytes">Physical memory: of this process; of all nodes' processes, if they have some of their own.</param>
/// <param name="ManagedHeapBytes">What a full collection left on the managed heap; nothing if nodes have processes of their own.</param>
internal sealed record MemorySummary(int Samples, double IntervalS, MemoryTrend WorkingSetBytes, MemoryTrend? ManagedHeapBytes)
{
    /// <summary>Fewer samples show no trend.</summary>
    public const int SamplesMin = 3;

    /// <summary>Sums up samples in the order in which they were taken.</summary>
    /// <returns>Nothing, if they are too few for a trend.</returns>
    public static MemorySummary? Of(IReadOnlyCollection<MemoryUse> samples, TimeSpan interval) => samples.Count < SamplesMin
        ? null
        : new MemorySummary(
            samples.Count,
            interval.TotalSeconds,
            MemoryTrend.Of([.. samples.Select(sample => sample.WorkingSet)]),
            samples.All(sample => sample.ManagedHeap is not null) ? MemoryTrend.Of([.. samples.Select(sample => sample.ManagedHeap.GetValueOrDefault())]) : null);
}
