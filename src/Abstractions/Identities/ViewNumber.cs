namespace Consensus;

/// <summary>The number of a view of a Byzantine engine (Castro and Liskov, section 4; Yin et al., section 4).</summary>
/// <param name="Value">The number itself.</param>
/// <remarks>A type of its own, so that it cannot be mixed up with another kind of number.</remarks>
public readonly record struct ViewNumber(ulong Value) : IComparable<ViewNumber>
{
    /// <summary>The first view.</summary>
    public static ViewNumber Zero => default;

    /// <summary>The view that follows.</summary>
    /// <exception cref="OverflowException">The counter is exhausted.</exception>
    public ViewNumber Next => new(checked(Value + 1));

    /// <summary>Whether <paramref name="left"/> is smaller.</summary>
    public static bool operator <(ViewNumber left, ViewNumber right) => left.Value < right.Value;

    /// <summary>Whether <paramref name="left"/> is larger.</summary>
    public static bool operator >(ViewNumber left, ViewNumber right) => left.Value > right.Value;

    /// <summary>Whether <paramref name="left"/> is not larger.</summary>
    public static bool operator <=(ViewNumber left, ViewNumber right) => left.Value <= right.Value;

    /// <summary>Whether <paramref name="left"/> is not smaller.</summary>
    public static bool operator >=(ViewNumber left, ViewNumber right) => left.Value >= right.Value;

    /// <inheritdoc/>
    public int CompareTo(ViewNumber other) => Value.CompareTo(other.Value);

    /// <summary>The number in decimal digits.</summary>
    public override string ToString() => $"{Value}";
}
