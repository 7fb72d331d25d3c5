namespace Consensus.Byzantine;

/// <summary>
/// Batches that a replica knows of and has not seen ordered yet, each once, in the order of their coming. Bounded for each origin, so that nobody can fill it with
/// batches that keep those of others out.
/// </summary>
public sealed class RequestPool
{
    /// <summary>How many ordered batches are remembered, so that a late copy of one is not ordered again.</summary>
    private const int OrderedMax = 4096;

    private readonly long _bytesMaxEach;
    private readonly LinkedList<CommandBatch> _waiting = new();
    private readonly Dictionary<(NodeId Origin, ulong Number), LinkedListNode<CommandBatch>> _known = [];
    private readonly SortedDictionary<NodeId, long> _bytes = [];
    private readonly HashSet<(NodeId Origin, ulong Number)> _ordered = [];
    private readonly Queue<(NodeId Origin, ulong Number)> _orderedLately = new();

    /// <summary>Creates the pool.</summary>
    /// <param name="bytesMaxEach">How many bytes of batches one origin may have here; one batch always may.</param>
    public RequestPool(long bytesMaxEach) => _bytesMaxEach = bytesMaxEach;

    /// <summary>How many batches wait.</summary>
    public int Count => _known.Count;

    /// <summary>The size of all batches.</summary>
    public long Bytes { get; private set; }

    /// <summary>Whether a batch waits here.</summary>
    public bool Contains(NodeId origin, ulong number) => _known.ContainsKey((origin, number));

    /// <summary>Adds a batch.</summary>
    /// <returns>False, if it was here already, or its origin has too much here.</returns>
    public bool TryAdd(CommandBatch batch)
    {
        var bytes = _bytes.GetValueOrDefault(batch.Origin);
        if (bytes > 0 && bytes + batch.Bytes > _bytesMaxEach)
        {
            return false;
        }

        if (_known.ContainsKey((batch.Origin, batch.Number)) || _ordered.Contains((batch.Origin, batch.Number)))
        {
            return false;
        }

        _known.Add((batch.Origin, batch.Number), _waiting.AddLast(batch));
        _bytes[batch.Origin] = bytes + batch.Bytes;
        Bytes += batch.Bytes;
        return true;
    }

    /// <summary>A batch has been ordered: it waits no more, and a copy that comes later is not taken.</summary>
    public void OnOrdered(NodeId origin, ulong number)
    {
        Remove(origin, number);
        if (_ordered.Add((origin, number)))
        {
            _orderedLately.Enqueue((origin, number));
            if (_orderedLately.Count > OrderedMax)
            {
                _ordered.Remove(_orderedLately.Dequeue());
            }
        }
    }

    /// <summary>Forgets all batches.</summary>
    public void Clear()
    {
        _waiting.Clear();
        _known.Clear();
        _bytes.Clear();
        Bytes = 0;
    }

    /// <summary>The batches to be ordered next, those that came first before others.</summary>
    /// <param name="bytesMax">How large they may be together; one always may.</param>
    /// <param name="isTaken">Which of them are under way already.</param>
    public CommandBatch[] Next(long bytesMax, Func<CommandBatch, bool> isTaken)
    {
        var next = new List<CommandBatch>();
        var bytes = 0L;
        foreach (var batch in _waiting)
        {
            if (isTaken(batch))
            {
                continue;
            }

            bytes += batch.Bytes;
            if (next.Count > 0 && bytes > bytesMax)
            {
                break;
            }

            next.Add(batch);
        }

        return [.. next];
    }

    private bool Remove(NodeId origin, ulong number)
    {
        if (!_known.Remove((origin, number), out var node))
        {
            return false;
        }

        _waiting.Remove(node);
        var left = _bytes[origin] - node.Value.Bytes;
        if (left > 0)
        {
            _bytes[origin] = left;
        }
        else
        {
            _bytes.Remove(origin);
        }

        Bytes -= node.Value.Bytes;
        return true;
    }
}
