using System.Collections.Immutable;

namespace Consensus.Replication.Workflow;

/// <summary>Makes <see cref="ValueList{T}"/>s.</summary>
public static class ValueList
{
    /// <summary>A list of these elements; what a collection expression calls.</summary>
    public static ValueList<T> Create<T>(ReadOnlySpan<T> items) => new(ImmutableArray.Create(items));

    /// <summary>A list of the elements of a sequence; empty for null.</summary>
    public static ValueList<T> From<T>(IEnumerable<T>? items) => items is null ? default : new ValueList<T>([.. items]);
}
