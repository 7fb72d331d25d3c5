using System.Collections;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Consensus.Replication.Workflow;

/// <summary>An immutable list that equals another one with equal elements in the same order, so that records made of lists compare by content.</summary>
/// <remarks><c>default</c> is the empty list. Write one as a collection expression: <c>["Draft", "Review"]</c>.</remarks>
[CollectionBuilder(typeof(ValueList), nameof(ValueList.Create))]
public readonly struct ValueList<T> : IReadOnlyList<T>, IEquatable<ValueList<T>>
{
    private readonly ImmutableArray<T> _items;

    internal ValueList(ImmutableArray<T> items) => _items = items;

    /// <summary>The number of elements.</summary>
    public int Count => Items.Length;

    private ImmutableArray<T> Items => _items.IsDefault ? [] : _items;

    /// <summary>The element at a position, counted from 0.</summary>
    public T this[int index] => Items[index];

    /// <summary>Whether two lists have equal elements in the same order.</summary>
    public static bool operator ==(ValueList<T> left, ValueList<T> right) => left.Equals(right);

    /// <summary>Whether two lists differ.</summary>
    public static bool operator !=(ValueList<T> left, ValueList<T> right) => !left.Equals(right);

    /// <summary>The elements.</summary>
    public ReadOnlySpan<T> AsSpan() => Items.AsSpan();

    /// <summary>Whether an equal element is in the list.</summary>
    public bool Contains(T item) => Items.Contains(item, EqualityComparer<T>.Default);

    /// <summary>Enumerates the elements without allocating.</summary>
    public ImmutableArray<T>.Enumerator GetEnumerator() => Items.GetEnumerator();

    /// <inheritdoc/>
    IEnumerator<T> IEnumerable<T>.GetEnumerator() => ((IEnumerable<T>)Items).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable)Items).GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(ValueList<T> other) => AsSpan().SequenceEqual(other.AsSpan(), EqualityComparer<T>.Default);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ValueList<T> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Count == 0 ? 0 : (Count * 31) + EqualityComparer<T>.Default.GetHashCode(this[0]!);

    /// <summary>The elements, separated by commas.</summary>
    public override string ToString() => $"[{string.Join(", ", Items)}]";
}
