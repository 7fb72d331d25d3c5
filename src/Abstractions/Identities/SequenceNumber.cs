namespace Consensus;

/// <summary>The number that PBFT gives to a batch of requests (Castro and Liskov, section 4.2).</summary>
/// <param name="Value">The number itself.</param>
/// <remarks>A type of its own, so that it cannot be mixed up with another kind of number.</remarks>
public readonly record struct SequenceNumber(ulong Value) : IComparable<SequenceNumber>
{
    /// <summary>The number before the first batch.</summary>
    public static SequenceNumber Zero => default;

    /// <summary>The number that follows.</summary>
    /// <exception cref="OverflowException">The counter is exhausted.</exception>
    public SequenceNumber Next => new(checked(Value + 1));

    /// <summary>Whether <paramref name="left"/> is smaller.</summary>
    public static bool operator <(SequenceNumber left, SequenceNumber right) => left.Value < right.Value;

    /// <summary>Whether <paramref name="left"/> is larger.</summary>
    public static bool operator >(SequenceNumber left, SequenceNumber right) => left.Value > right.Value;

    /// <summary>Whether <paramref name="left"/> is not larger.</summary>
    public static bool operator <=(SequenceNumber left, SequenceNumber right) => left.Value <= right.Value;

    /// <summary>Whether <paramref name="left"/> is not smaller.</summary>
    public static bool operator >=(SequenceNumber left, SequenceNumber right) => left.Value >= right.Value;

    /// <summary>The number that lies <paramref name="distance"/> further.</summary>
    public static SequenceNumber operator +(SequenceNumber left, ulong distance) => new(checked(left.Value + distance));

    /// <summary>The number that lies <paramref name="distance"/> before.</summary>
    /// <exception cref="OverflowException">The result would lie before zero.</exception>
    public static SequenceNumber operator -(SequenceNumber left, ulong distance) => new(checked(left.Value - distance));

    /// <summary>The distance from <paramref name="right"/> up to <paramref name="left"/>.</summary>
    /// <exception cref="OverflowException"><paramref name="right"/> lies after <paramref name="left"/>.</exception>
    public static ulong operator -(SequenceNumber left, SequenceNumber right) => checked(left.Value - right.Value);

    /// <summary>The larger of the two.</summary>
    public static SequenceNumber Max(SequenceNumber left, SequenceNumber right) => left >= right ? left : right;

    /// <summary>The smaller of the two.</summary>
    public static SequenceNumber Min(SequenceNumber left, SequenceNumber right) => left <= right ? left : right;

    /// <inheritdoc/>
    public int CompareTo(SequenceNumber other) => Value.CompareTo(other.Value);

    /// <summary>The number in decimal digits.</summary>
    public override string ToString() => $"{Value}";
}
