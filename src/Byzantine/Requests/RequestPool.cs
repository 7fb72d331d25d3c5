namespace Consensus.Byzantine;

/// <summary>
/// Batches that a replica knows of and has not seen ordered yet, each once. Bounded for each origin, and taken from each in turn, so that nobody can keep those of others out or waiting.
/// </summary>
public sealed class RequestPool
{
    private readonly long _weightMaxEach;
    private readonly SortedDictionary<NodeId, Origin> _origins = [];
    private readonly HashSet<(NodeId Origin, ulong Number)> _proposed = [];

    // Of whom the next block takes a batch first.
    private NodeId _turn;

    /// <summary>Creates the pool.</summary>
    /// <param name="weightMaxEach">How much the batches of one origin may weigh here (<see cref="CommandBatch.Weight"/>); one batch always may.</param>
    public RequestPool(long weightMaxEach) => _weightMaxEach = weightMaxEach;

    /// <summary>How many batches wait.</summary>
    public int Count { get; private set; }

    /// <summary>What all batches weigh.</summary>
    public long Weight { get; private set; }

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
            && (found.Weight == 0 || found.Weight + batch.Weight <= _weightMaxEach || batch.Number < found.Numbers.Max));

    /// <summary>Adds a batch. Where its origin has too much here, it takes the place of later ones.</summary>
    /// <returns>False, if it was here already, its origin has too much here, or has had a later one ordered: then it is an old one, or is submitted again with another number.</returns>
    public bool TryAdd(CommandBatch batch)
    {
        var origin = Of(batch.Origin);
        if (batch.Number <= origin.HighestOrdered || origin.Waiting.ContainsKey(batch.Number))
        {
            return false;
        }

        while (origin.Weight > 0 && origin.Weight + batch.Weight > _weightMaxEach)
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
        origin.Weight += batch.Weight;
        Weight += batch.Weight;
        Count++;
        return true;
    }

    /// <summary>What those batches of an origin weigh that wait.</summary>
    public long WeightOf(NodeId origin) => _origins.TryGetValue(origin, out var found) ? found.Weight : 0;

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
        found.Weight -= batch.Weight;
        Weight -= batch.Weight;
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
            origin.Weight = 0;
        }

        _proposed.Clear();
        Weight = 0;
        Count = 0;
    }

    /// <summary>Whether a batch that waits here is proposed already.</summary>
    public bool IsProposed(CommandBatch batch) => _proposed.Contains((batch.Origin, batch.Number));

    /// <summary>A batch that waits here is proposed.</summary>
    public void OnProposed(CommandBatch batch) => _proposed.Add((batch.Origin, batch.Number));

    /// <summary>The batches of one origin that wait, in the order of their numbers.</summary>
    public IEnumerable<CommandBatch> OfOrigin(NodeId origin) => _origins.TryGetValue(origin, out var found) ? found.Numbers.Select(number => found.Waiting[number]) : [];

    /// <summary>The batches to be ordered next: of each origin in turn the one of the lowest number. Whose turn it is next goes on from call to call.</summary>
    /// <param name="weightMax">How much they may weigh together; one always may be taken.</param>
    /// <param name="isTaken">Which of them are under way already.</param>
    public CommandBatch[] Next(long weightMax, Func<CommandBatch, bool> isTaken)
    {
        var next = new List<CommandBatch>();
        var weight = 0L;
        var waiting = InTurn(isTaken);
        while (waiting.TryDequeue(out var batches))
        {
            if (!batches.MoveNext())
            {
                continue;
            }

            weight += batches.Current.Weight;
            if (next.Count > 0 && weight > weightMax)
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

        public long Weight { get; set; }

        public ulong HighestOrdered { get; set; }
    }
}
