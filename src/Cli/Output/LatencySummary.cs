using Consensus.Engine;

namespace Consensus.Cli.Output;

/// <summary>Latencies in milliseconds.</summary>
/// <param name="P50">Half of all operations took no longer.</param>
/// <param name="P90">Nine in ten took no longer.</param>
/// <param name="P99">99 in a hundred took no longer.</param>
/// <param name="Max">None took longer.</param>
internal sealed record LatencySummary(double P50, double P90, double P99, double Max)
{
    /// <summary>Sums up a histogram.</summary>
    public static LatencySummary Of(LatencyHistogram histogram) => new(
        Milliseconds(histogram.Percentile(0.50)),
        Milliseconds(histogram.Percentile(0.90)),
        Milliseconds(histogram.Percentile(0.99)),
        Milliseconds(histogram.Max));

    private static double Milliseconds(TimeSpan duration) => Math.Round(duration.TotalMilliseconds, 3);
}
