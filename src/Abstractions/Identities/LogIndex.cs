namespace Consensus;

/// <summary>The position of an entry in the replicated log; the first entry has index 1.</summary>
/// <param name="Value">The number itself.</param>
/// <remarks>A type of its own, so that it cannot be mixed up with another kind of number.</remarks>
public readonly record struct LogIndex(ulong Value) : IComparable<LogIndex>
{
    /// <summary>The position before the first entry.</summary>
    public static LogIndex Zero => default;

    /// <summary>The position that follows.</summary>
    /// <exception cref="OverflowException">The counter is exhausted.</exception>
    public LogIndex Next => new(checked(Value + 1));

    /// <summary>Whether <paramref name="left"/> is smaller.</summary>
    public static bool operator <(LogIndex left, LogIndex right) => left.Value < right.Value;

    /// <summary>Whether <paramref name="left"/> is larger.</summary>
    public static bool operator >(LogIndex left, LogIndex right) => left.Value > right.Value;

    /// <summary>Whether <paramref name="left"/> is not larger.</summary>
    public static bool operator <=(LogIndex left, LogIndex right) => left.Value <= right.Value;

    /// <summary>Whether <paramref name="left"/> is not smaller.</summary>
    public static bool operator >=(LogIndex left, LogIndex right) => left.Value >= right.Value;

    /// <summary>The position that lies <paramref name="distance"/> further.</summary>
    public static LogIndex operator +(LogIndex left, ulong distance) => new(checked(left.Value + distance));

    /// <summary>The position that lies <paramref name="distance"/> before.</summary>
    /// <exception cref="OverflowException">The result would lie before zero.</exception>
    public static LogIndex operator -(LogIndex left, ulong distance) => new(checked(left.Value - distance));

    /// <summary>The distance from <paramref name="right"/> up to <paramref name="left"/>.</summary>
    /// <exception cref="OverflowException"><paramref name="right"/> lies after <paramref name="left"/>.</exception>
    public static ulong operator -(LogIndex left, LogIndex right) => checked(left.Value - right.Value);

    /// <summary>The larger of the two.</summary>
    public static LogIndex Max(LogIndex left, LogIndex right) => left >= right ? left : right;

    /// <summary>The smaller of the two.</summary>
    public static LogIndex Min(LogIndex left, LogIndex right) => left <= right ? left : right;

    /// <inheritdoc/>
    public int CompareTo(LogIndex other) => Value.CompareTo(other.Value);

    /// <summary>The number in decimal digits.</summary>
    public override string ToString() => $"{Value}";
}
