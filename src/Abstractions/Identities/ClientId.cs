namespace Consensus;

/// <summary>The identity of a client session: the index of the log entry that registered it (Ongaro, thesis, section 6.3).</summary>
/// <param name="Value">The number itself.</param>
/// <remarks>A type of its own, so that it cannot be mixed up with another kind of number.</remarks>
public readonly record struct ClientId(ulong Value) : IComparable<ClientId>
{
    /// <summary>No session.</summary>
    public static ClientId None => default;

    /// <summary>Whether <paramref name="left"/> is smaller.</summary>
    public static bool operator <(ClientId left, ClientId right) => left.Value < right.Value;

    /// <summary>Whether <paramref name="left"/> is larger.</summary>
    public static bool operator >(ClientId left, ClientId right) => left.Value > right.Value;

    /// <summary>Whether <paramref name="left"/> is not larger.</summary>
    public static bool operator <=(ClientId left, ClientId right) => left.Value <= right.Value;

    /// <summary>Whether <paramref name="left"/> is not smaller.</summary>
    public static bool operator >=(ClientId left, ClientId right) => left.Value >= right.Value;

    /// <inheritdoc/>
    public int CompareTo(ClientId other) => Value.CompareTo(other.Value);

    /// <summary>The number in decimal digits.</summary>
    public override string ToString() => $"{Value}";
}
