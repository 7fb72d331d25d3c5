namespace Consensus.Cli.Bench;

/// <summary>For several changes of the engine, the longest time in which no client's write was acknowledged.</summary>
/// <param name="Switches">How many changes there were.</param>
/// <param name="P50">Half of the pauses are not longer, in milliseconds; nothing, if there was none.</param>
/// <param name="Max">The longest, in milliseconds; nothing, if there was none.</param>
/// <param name="PausesMs">Each of them, in the order of the changes, in milliseconds.</param>
internal sealed record PauseSummary(int Switches, double? P50, double? Max, IReadOnlyList<double> PausesMs)
{
    /// <summary>Sums up pauses.</summary>
    public static PauseSummary Of(IReadOnlyList<TimeSpan> pauses)
    {
        double[] each = [.. pauses.Select(pause => Math.Round(pause.TotalMilliseconds, 1))];
        double[] sorted = [.. each.Order()];
        return new PauseSummary(each.Length, sorted.Length == 0 ? null : sorted[(sorted.Length - 1) / 2], sorted.Length == 0 ? null : sorted[^1], each);
    }
}
