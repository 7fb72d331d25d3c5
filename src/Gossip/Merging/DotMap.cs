using System.Collections.Immutable;

namespace Consensus.Gossip;

/// <summary>Joins what is kept for each change.</summary>
internal static class DotMap
{
    /// <summary>What both have, and what one has and the other has never seen.</summary>
    public static ImmutableSortedDictionary<Dot, T> Join<T>(this ImmutableSortedDictionary<Dot, T> own, ImmutableSortedDictionary<Dot, T> other, CausalContext seen, CausalContext seenThere)
    {
        var joined = own.RemoveRange(own.Keys.Where(dot => !other.ContainsKey(dot) && seenThere.Has(dot)));
        return joined.AddRange(other.Where(kept => !own.ContainsKey(kept.Key) && !seen.Has(kept.Key)));
    }

    /// <summary>What both have, and what one has and the other has never seen.</summary>
    public static ImmutableSortedSet<Dot> Join(this ImmutableSortedSet<Dot> own, ImmutableSortedSet<Dot> other, CausalContext seen, CausalContext seenThere) =>
        own.Except(own.Where(dot => !other.Contains(dot) && seenThere.Has(dot))).Union(other.Where(dot => !own.Contains(dot) && !seen.Has(dot)));
}
