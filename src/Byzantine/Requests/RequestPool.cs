namespace Consensus.Byzantine;

/// <summary>
/// Batches that a replica knows of and has not seen ordered yet, each once. Bounded for each origin, and taken from each in turn, so that nobody can keep those of others out or waiting.
/// </summary>
public sealed class RequestPool
{
    private readonly long _bytesMaxEach;
    private readonly SortedDictionary<NodeId, Origin> _origins = [];
    private readonly HashSet<(NodeId Origin, ulong Number)> _proposed = [];

    // Of whom the next block takes a batch first.
    private NodeId _turn;

    /// <summary>Creates the pool.</summary>
    /// <param name="bytesMaxEach">How many bytes of batches one origin may have here; one batch always may.</param>
    public RequestPool(long bytesMaxEach) => _bytesMaxEach = bytesMaxEach;

    /// <summary>How many batches wait.</summary>
    public int Count { get; private set; }

    /// <summary>The size of all batches.</summary>
    public long Bytes { get; private set; }

    /// <summary>How many of them are proposed already.</summary>
    public int ProposedCount => _proposed.Count;

    /// <summary>Whether a batch waits here.</summary>
    public bool Contains(NodeId origin, ulong number) => _origins.TryGetValue(origin, out var found) && found.Waiting.ContainsKey(number);

    /// <summary>The highest number of an origin that was ordered, as far as is known here; zero, if none is known.</summary>
    public ulong HighestOrdered(NodeId origin) => _origins.TryGetValue(origin, out var found) ? found.HighestOrdered : 0;

    /// <summary>Whether a batch may be added, as far as can be said without taking others out for it.</summary>
    internal bool MayTake(CommandBatch batch) =>
        !_origins.TryGetValue(batch.Origin, out var found)
        || (batch.Number > found.HighestOrdered && !found.Waiting.ContainsKey(batch.Number)
            && (found.Bytes == 0 || found.Bytes + batch.Bytes <= _bytesMaxEach || batch.Number < found.Numbers.Max));

    /// <summary>Adds a batch. Where its origin has too much here, it takes the place of later ones.</summary>
    /// <returns>False, if it was here already, its origin has too much here, or has had a later one ordered: then it is an old one, or is submitted again with another number.</returns>
    public bool TryAdd(CommandBatch batch)
    {
        var origin = Of(batch.Origin);
        if (batch.Number <= origin.HighestOrdered || origin.Waiting.ContainsKey(batch.Number))
        {
            return false;
        }

        while (origin.Bytes > 0 && origin.Bytes + batch.Bytes > _bytesMaxEach)
        {
            var last = origin.Numbers.Max;
            if (last < batch.Number)
            {
                return false;
            }

            Remove(batch.Origin, last);
        }

        origin.Waiting.Add(batch.Number, batch);
        origin.Numbers.Add(batch.Number);
        origin.Bytes += batch.Bytes;
        Bytes += batch.Bytes;
        Count++;
        return true;
    }

    /// <summary>How many bytes of an origin's batches wait.</summary>
    public long BytesOf(NodeId origin) => _origins.TryGetValue(origin, out var found) ? found.Bytes : 0;

    /// <summary>Takes out what later batches of its origin have overtaken: nobody orders it any more.</summary>
    public void RemoveOvertaken(NodeId origin)
    {
        var found = Of(origin);
        while (found.Numbers.Count > 0 && found.Numbers.Min < found.HighestOrdered)
        {
            Remove(origin, found.Numbers.Min);
        }
    }

    /// <summary>A batch has been ordered: it waits no more, and neither a copy of it nor an earlier one that comes late is taken.</summary>
    public void OnOrdered(NodeId origin, ulong number)
    {
        Remove(origin, number);
        var found = Of(origin);
        found.HighestOrdered = Math.Max(found.HighestOrdered, number);
    }

    /// <summary>Takes a batch out.</summary>
    /// <returns>Whether it was here.</returns>
    public bool Remove(NodeId origin, ulong number)
    {
        if (!_origins.TryGetValue(origin, out var found) || !found.Waiting.Remove(number, out var batch))
        {
            return false;
        }

        found.Numbers.Remove(number);
        _proposed.Remove((origin, number));
        found.Bytes -= batch.Bytes;
        Bytes -= batch.Bytes;
        Count--;
        return true;
    }

    /// <summary>Forgets all batches that wait.</summary>
    public void Clear()
    {
        foreach (var origin in _origins.Values)
        {
            origin.Waiting.Clear();
            origin.Numbers.Clear();
            origin.Bytes = 0;
        }

        _proposed.Clear();
        Bytes = 0;
        Count = 0;
    }

    /// <summary>Whether a batch that waits here is proposed already.</summary>
    public bool IsProposed(CommandBatch batch) => _proposed.Contains((batch.Origin, batch.Number));

    /// <summary>A batch that waits here is proposed.</summary>
    public void OnProposed(CommandBatch batch) => _proposed.Add((batch.Origin, batch.Number));

    /// <summary>The batches of one origin that wait, in the order of their numbers.</summary>
    public IEnumerable<CommandBatch> OfOrigin(NodeId origin) => _origins.TryGetValue(origin, out var found) ? found.Numbers.Select(number => found.Waiting[number]) : [];

    /// <summary>The batches to be ordered next: of each origin in turn the one of the lowest number. Whose turn it is next goes on from call to call.</summary>
    /// <param name="bytesMax">How large they may be together; one always may.</param>
    /// <param name="isTaken">Which of them are under way already.</param>
    public CommandBatch[] Next(long bytesMax, Func<CommandBatch, bool> isTaken)
    {
        var next = new List<CommandBatch>();
        var bytes = 0L;
        var waiting = InTurn(isTaken);
        while (waiting.TryDequeue(out var batches))
        {
            if (!batches.MoveNext())
            {
                continue;
            }

            bytes += batches.Current.Bytes;
            if (next.Count > 0 && bytes > bytesMax)
            {
                _turn = batches.Current.Origin;
                break;
            }

            next.Add(batches.Current);
            waiting.Enqueue(batches);
        }

        return [.. next];
    }

    /// <summary>What waits of each origin and is not taken, that first whose turn it is.</summary>
    private Queue<IEnumerator<CommandBatch>> InTurn(Func<CommandBatch, bool> isTaken)
    {
        var all = _origins.Where(each => each.Key >= _turn).Concat(_origins.Where(each => each.Key < _turn));
        return new(all.Select(each => each.Value.Numbers.Select(number => each.Value.Waiting[number]).Where(batch => !isTaken(batch)).GetEnumerator()));
    }

    private Origin Of(NodeId id)
    {
        if (!_origins.TryGetValue(id, out var origin))
        {
            _origins.Add(id, origin = new Origin());
        }

        return origin;
    }

    private sealed class Origin
    {
        public Dictionary<ulong, CommandBatch> Waiting { get; } = [];

        public SortedSet<ulong> Numbers { get; } = [];

        public long Bytes { get; set; }

        public ulong HighestOrdered { get; set; }
    }
}
