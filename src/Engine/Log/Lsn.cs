namespace Consensus.Engine;

/// <summary>
/// The position of a record in a replica's write-ahead log: 1 for the first, one more for each that follows, never used twice.
/// </summary>
/// <param name="Value">The number itself.</param>
public readonly record struct Lsn(ulong Value) : IComparable<Lsn>
{
    /// <summary>The position before the first record.</summary>
    public static Lsn Zero => default;

    /// <summary>The position that follows.</summary>
    public Lsn Next => new(checked(Value + 1));

    /// <summary>Whether <paramref name="left"/> lies before.</summary>
    public static bool operator <(Lsn left, Lsn right) => left.Value < right.Value;

    /// <summary>Whether <paramref name="left"/> lies after.</summary>
    public static bool operator >(Lsn left, Lsn right) => left.Value > right.Value;

    /// <summary>Whether <paramref name="left"/> does not lie after.</summary>
    public static bool operator <=(Lsn left, Lsn right) => left.Value <= right.Value;

    /// <summary>Whether <paramref name="left"/> does not lie before.</summary>
    public static bool operator >=(Lsn left, Lsn right) => left.Value >= right.Value;

    /// <inheritdoc/>
    public int CompareTo(Lsn other) => Value.CompareTo(other.Value);

    /// <summary>The number in decimal digits.</summary>
    public override string ToString() => $"{Value}";
}
