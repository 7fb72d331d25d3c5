namespace Consensus.Cli.Output;

/// <summary>A row of small bars, one character each.</summary>
internal static class Sparkline
{
    private const string Bars = "▁▂▃▄▅▆▇█";

    /// <summary>Draws values between zero and the largest of them; the newest are at the right.</summary>
    public static string Draw(IReadOnlyCollection<double> values, int width)
    {
        var shown = values.Skip(Math.Max(0, values.Count - width)).ToArray();
        var max = shown.DefaultIfEmpty(0).Max();
        return string.Concat(shown.Select(value => BarOf(value, max))).PadLeft(width);
    }

    private static char BarOf(double value, double max) => value <= 0
        ? ' '
        : Bars[Math.Clamp((int)Math.Ceiling(value / max * Bars.Length) - 1, 0, Bars.Length - 1)];
}
