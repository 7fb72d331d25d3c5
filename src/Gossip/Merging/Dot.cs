namespace Consensus.Gossip;

/// <summary>One change of mergeable state: the so-and-so-manieth that an agent has made.</summary>
/// <param name="Origin">The agent. It never uses a number again: who has lost its state comes back under another id.</param>
/// <param name="Number">Which of its changes: from 1 on.</param>
public readonly record struct Dot(NodeId Origin, ulong Number) : IComparable<Dot>
{
    /// <summary>Whether <paramref name="left"/> comes first.</summary>
    public static bool operator <(Dot left, Dot right) => left.CompareTo(right) < 0;

    /// <summary>Whether <paramref name="left"/> comes last.</summary>
    public static bool operator >(Dot left, Dot right) => left.CompareTo(right) > 0;

    /// <summary>Whether <paramref name="left"/> does not come last.</summary>
    public static bool operator <=(Dot left, Dot right) => left.CompareTo(right) <= 0;

    /// <summary>Whether <paramref name="left"/> does not come first.</summary>
    public static bool operator >=(Dot left, Dot right) => left.CompareTo(right) >= 0;

    /// <summary>By origin, then by number: an order for writing, which says nothing about time.</summary>
    public int CompareTo(Dot other) => Origin == other.Origin ? Number.CompareTo(other.Number) : Origin.CompareTo(other.Origin);

    /// <inheritdoc/>
    public override string ToString() => $"{Origin}:{Number}";
}
