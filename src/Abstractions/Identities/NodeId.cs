namespace Consensus;

/// <summary>The number of a replica in its cluster: 1 or more, given once and never given to another replica.</summary>
/// <param name="Value">The number itself.</param>
/// <remarks>A type of its own, so that it cannot be mixed up with another kind of number.</remarks>
public readonly record struct NodeId(uint Value) : IComparable<NodeId>
{
    /// <summary>No node.</summary>
    public static NodeId None => default;

    /// <summary>Whether <paramref name="left"/> is smaller.</summary>
    public static bool operator <(NodeId left, NodeId right) => left.Value < right.Value;

    /// <summary>Whether <paramref name="left"/> is larger.</summary>
    public static bool operator >(NodeId left, NodeId right) => left.Value > right.Value;

    /// <summary>Whether <paramref name="left"/> is not larger.</summary>
    public static bool operator <=(NodeId left, NodeId right) => left.Value <= right.Value;

    /// <summary>Whether <paramref name="left"/> is not smaller.</summary>
    public static bool operator >=(NodeId left, NodeId right) => left.Value >= right.Value;

    /// <inheritdoc/>
    public int CompareTo(NodeId other) => Value.CompareTo(other.Value);

    /// <summary>The number in decimal digits.</summary>
    public override string ToString() => $"{Value}";
}
