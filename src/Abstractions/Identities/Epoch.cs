namespace Consensus;

/// <summary>The number of an epoch: one engine, one set of members, one stretch of the virtual log.</summary>
/// <param name="Value">The number itself.</param>
/// <remarks>A type of its own, so that it cannot be mixed up with another kind of number.</remarks>
public readonly record struct Epoch(ulong Value) : IComparable<Epoch>
{
    /// <summary>The first epoch of a cluster.</summary>
    public static Epoch Zero => default;

    /// <summary>The epoch that follows.</summary>
    /// <exception cref="OverflowException">The counter is exhausted.</exception>
    public Epoch Next => new(checked(Value + 1));

    /// <summary>Whether <paramref name="left"/> is smaller.</summary>
    public static bool operator <(Epoch left, Epoch right) => left.Value < right.Value;

    /// <summary>Whether <paramref name="left"/> is larger.</summary>
    public static bool operator >(Epoch left, Epoch right) => left.Value > right.Value;

    /// <summary>Whether <paramref name="left"/> is not larger.</summary>
    public static bool operator <=(Epoch left, Epoch right) => left.Value <= right.Value;

    /// <summary>Whether <paramref name="left"/> is not smaller.</summary>
    public static bool operator >=(Epoch left, Epoch right) => left.Value >= right.Value;

    /// <inheritdoc/>
    public int CompareTo(Epoch other) => Value.CompareTo(other.Value);

    /// <summary>The number in decimal digits.</summary>
    public override string ToString() => $"{Value}";
}
