namespace Consensus.Hybrid.Tests.Model;

/// <summary>Looks at every world that can be reached, each once.</summary>
internal sealed class Explorer(Rules rules, Bounds bounds)
{
    private readonly Dictionary<World, int> _numbers = [];
    private readonly List<(World World, int From, string Step)> _reached = [];

    /// <summary>How many there are.</summary>
    public int Count => _reached.Count;

    /// <summary>In how many a quorum has sealed the epoch.</summary>
    public int Ended { get; private set; }

    /// <summary>Looks for something that must not be.</summary>
    /// <returns>The way to it; none, if there is nothing.</returns>
    public string? Explore()
    {
        var steps = new Steps(rules, bounds);
        Reach(new World(bounds.HasLiar), from: -1, "at the beginning");
        for (var at = 0; at < _reached.Count; at++)
        {
            if (DefectOf(_reached[at].World) is { } defect)
            {
                return $"{defect}\n{WayTo(at)}";
            }

            foreach (var (step, next) in steps.From(_reached[at].World))
            {
                Reach(next.WithCertified(Steps.CountedIn(next, rules)).Canonical(), at, step);
            }
        }

        return null;
    }

    private void Reach(World world, int from, string step)
    {
        if (_numbers.TryAdd(world, _reached.Count))
        {
            _reached.Add((world, from, step));
        }
    }

    private string? DefectOf(World world)
    {
        var floors = Steps.CertificatesIn(world, rules).ToList();
        foreach (var replica in world.Honest)
        {
            floors.Add(replica.Floor);
        }

        if (floors.Find(floor => !floors.TrueForAll(other => floor.IsPrefixOf(other) || other.IsPrefixOf(floor))) is { Length: > 0 } contradicted)
        {
            return $"two floors contradict each other, one of them [{contradicted}]";
        }

        var starts = Start.Of(world, rules).Distinct().ToArray();
        Ended += starts.Length > 0 ? 1 : 0;
        foreach (var start in starts)
        {
            if (!world.Certified.IsPrefixOf(start))
            {
                return $"callers were told that [{world.Certified}] is certified, and the next epoch begins with [{start}]";
            }

            if (!world.HasLiar && !world.Committed.IsPrefixOf(start))
            {
                return $"callers were told that [{world.Committed}] is committed, and the next epoch begins with [{start}]";
            }

            foreach (var replica in world.HasLiar ? [] : world.Honest)
            {
                if (!replica.AppliedLog.IsPrefixOf(start))
                {
                    return $"a replica has applied [{replica.AppliedLog}], and the next epoch begins with [{start}]";
                }
            }
        }

        return null;
    }

    private string WayTo(int at)
    {
        var way = new List<string>();
        for (; at >= 0; at = _reached[at].From)
        {
            way.Add($"{_reached[at].Step}: {_reached[at].World}");
        }

        way.Reverse();
        return string.Join('\n', way);
    }
}
