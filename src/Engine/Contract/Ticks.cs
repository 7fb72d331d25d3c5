namespace Consensus.Engine;

/// <summary>
/// A point on a replica's own monotonic clock, in units of 100 ns since an arbitrary start. Points of two replicas cannot be compared.
/// </summary>
/// <param name="Value">The count of 100 ns units.</param>
public readonly record struct Ticks(long Value) : IComparable<Ticks>
{
    /// <summary>The start of the clock.</summary>
    public static Ticks Zero => default;

    /// <summary>A time that does not come.</summary>
    public static Ticks Never => new(long.MaxValue);

    /// <summary>
    /// The point that lies <paramref name="span"/> later; <see cref="Never"/> stays what it is, and a point beyond the end of the clock is
    /// <see cref="Never"/>: a caller's time limit may be of any length.
    /// </summary>
    public static Ticks operator +(Ticks left, TimeSpan span) =>
        left == Never || (span.Ticks > 0 && left.Value > long.MaxValue - span.Ticks) ? Never : new(checked(left.Value + span.Ticks));

    /// <summary>The time from <paramref name="right"/> to <paramref name="left"/>.</summary>
    public static TimeSpan operator -(Ticks left, Ticks right) => new(left.Value - right.Value);

    /// <summary>Whether <paramref name="left"/> is earlier.</summary>
    public static bool operator <(Ticks left, Ticks right) => left.Value < right.Value;

    /// <summary>Whether <paramref name="left"/> is later.</summary>
    public static bool operator >(Ticks left, Ticks right) => left.Value > right.Value;

    /// <summary>Whether <paramref name="left"/> is not later.</summary>
    public static bool operator <=(Ticks left, Ticks right) => left.Value <= right.Value;

    /// <summary>Whether <paramref name="left"/> is not earlier.</summary>
    public static bool operator >=(Ticks left, Ticks right) => left.Value >= right.Value;

    /// <summary>The earlier of the two.</summary>
    public static Ticks Min(Ticks left, Ticks right) => left <= right ? left : right;

    /// <inheritdoc/>
    public int CompareTo(Ticks other) => Value.CompareTo(other.Value);

    /// <summary>The time in milliseconds.</summary>
    public override string ToString() => this == Never ? "never" : $"{Value / (double)TimeSpan.TicksPerMillisecond:0.###}ms";
}
