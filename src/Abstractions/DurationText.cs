using System.Globalization;

namespace Consensus;

/// <summary>
/// Durations as people write them: a number and a unit (<c>150ms</c>, <c>1.5s</c>, <c>10m</c>, <c>1h</c>, <c>1d</c>), or .NET's own form with
/// colons (<c>00:00:00.150</c>). A bare number is refused: .NET would take it for days.
/// </summary>
public static class DurationText
{
    private static readonly (string Suffix, TimeSpan Unit)[] Units =
    [
        ("d", TimeSpan.FromDays(1)),
        ("h", TimeSpan.FromHours(1)),
        ("ms", TimeSpan.FromMilliseconds(1)),
        ("us", TimeSpan.FromMicroseconds(1)),
        ("m", TimeSpan.FromMinutes(1)),
        ("s", TimeSpan.FromSeconds(1)),
    ];

    /// <summary>Reads a duration.</summary>
    /// <returns>Whether <paramref name="text"/> is one.</returns>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        if (text.Contains(':', StringComparison.Ordinal))
        {
            return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out duration);
        }

        foreach (var (suffix, unit) in Units)
        {
            if (text.EndsWith(suffix, StringComparison.Ordinal)
                && decimal.TryParse(text.AsSpan(0, text.Length - suffix.Length).TrimEnd(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
                && count <= TimeSpan.MaxValue.Ticks / unit.Ticks)
            {
                duration = new TimeSpan((long)(count * unit.Ticks));
                return true;
            }
        }

        duration = default;
        return false;
    }

    /// <summary>The shortest text without a fraction: <c>150ms</c> and not <c>0.15s</c>.</summary>
    public static string Format(TimeSpan duration)
    {
        if (duration == TimeSpan.Zero)
        {
            return "0s";
        }

        var best = Units
            .Where(unit => duration.Ticks % unit.Unit.Ticks == 0)
            .OrderByDescending(unit => unit.Unit)
            .Select(unit => string.Create(CultureInfo.InvariantCulture, $"{duration.Ticks / unit.Unit.Ticks}{unit.Suffix}"))
            .FirstOrDefault();
        return best ?? duration.ToString("c", CultureInfo.InvariantCulture);
    }
}
