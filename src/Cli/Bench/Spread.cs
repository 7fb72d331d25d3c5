namespace Consensus.Cli.Bench;

/// <summary>How far several measurements of the same lie apart.</summary>
/// <param name="Min">The least.</param>
/// <param name="Median">The one in the middle; of an even number, halfway between the two there.</param>
/// <param name="Max">The greatest.</param>
internal sealed record Spread(double Min, double Median, double Max)
{
    /// <summary>Sums up durations, in milliseconds.</summary>
    /// <param name="durations">One or more.</param>
    public static Spread OfMilliseconds(IEnumerable<TimeSpan> durations)
    {
        double[] sorted = [.. durations.Select(duration => Math.Round(duration.TotalMilliseconds, 1)).Order()];
        return new Spread(sorted[0], Math.Round((sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2, 2), sorted[^1]);
    }
}
