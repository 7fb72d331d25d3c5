namespace Consensus.Cli.Bench;

/// <summary>For several changes of the engine, the longest time in which no client's write was acknowledged.</summary>
/// <param name="Switches">How many changes there were.</param>
/// <param name="PauseMs">How far the pauses lie apart, in milliseconds; nothing, if there was no change.</param>
/// <param name="PausesMs">Each of them, in the order of the changes, in milliseconds.</param>
internal sealed record PauseSummary(int Switches, PauseSpread? PauseMs, IReadOnlyList<double> PausesMs)
{
    /// <summary>Sums up pauses.</summary>
    public static PauseSummary Of(IReadOnlyList<TimeSpan> pauses)
    {
        double[] each = [.. pauses.Select(pause => Math.Round(pause.TotalMilliseconds, 1))];
        double[] sorted = [.. each.Order()];
        return new PauseSummary(each.Length, sorted.Length == 0 ? null : new PauseSpread(sorted[0], sorted[(sorted.Length - 1) / 2], sorted[^1]), each);
    }
}
