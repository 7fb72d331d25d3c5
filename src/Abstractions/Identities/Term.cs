namespace Consensus;

/// <summary>A Raft term: a period with at most one leader (Ongaro and Ousterhout, section 5.1).</summary>
/// <param name="Value">The number itself.</param>
/// <remarks>A type of its own, so that it cannot be mixed up with another kind of number.</remarks>
public readonly record struct Term(ulong Value) : IComparable<Term>
{
    /// <summary>The term before the first election.</summary>
    public static Term Zero => default;

    /// <summary>The term that follows.</summary>
    /// <exception cref="OverflowException">The counter is exhausted.</exception>
    public Term Next => new(checked(Value + 1));

    /// <summary>Whether <paramref name="left"/> is smaller.</summary>
    public static bool operator <(Term left, Term right) => left.Value < right.Value;

    /// <summary>Whether <paramref name="left"/> is larger.</summary>
    public static bool operator >(Term left, Term right) => left.Value > right.Value;

    /// <summary>Whether <paramref name="left"/> is not larger.</summary>
    public static bool operator <=(Term left, Term right) => left.Value <= right.Value;

    /// <summary>Whether <paramref name="left"/> is not smaller.</summary>
    public static bool operator >=(Term left, Term right) => left.Value >= right.Value;

    /// <inheritdoc/>
    public int CompareTo(Term other) => Value.CompareTo(other.Value);

    /// <summary>The number in decimal digits.</summary>
    public override string ToString() => $"{Value}";
}
