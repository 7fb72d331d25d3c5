using System.Collections;

namespace Consensus.Simulation.Nodes;

/// <summary>Something for each node of a run, in the order of their numbers. Nodes are numbered from 1 on, without gaps, so that a place in an array is found at once.</summary>
internal sealed class NodeTable<T> : IEnumerable<T>
    where T : class
{
    private T?[] _items = new T?[8];

    /// <summary>What there is for a node; <see langword="null"/> if there is nothing.</summary>
    public T? this[NodeId node]
    {
        get => node.Value < (uint)_items.Length ? _items[node.Value] : null;
        set
        {
            if (node.Value >= (uint)_items.Length)
            {
                Array.Resize(ref _items, Math.Max((int)node.Value + 1, 2 * _items.Length));
            }

            _items[node.Value] = value;
        }
    }

    /// <summary>What there is for all nodes but one.</summary>
    public IEnumerable<T> Without(NodeId node)
    {
        for (var i = 0; i < _items.Length; i++)
        {
            if (i != node.Value && _items[i] is { } item)
            {
                yield return item;
            }
        }
    }

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator()
    {
        foreach (var item in _items)
        {
            if (item is not null)
            {
                yield return item;
            }
        }
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
